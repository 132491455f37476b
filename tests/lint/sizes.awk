# Checks sizes: a function has at most 60 lines, a file 800, and a line of a
# comment 80 columns (clang-format does not break comments). Relies on the
# layout of clang-format: a definition starts in the first column and ends with
# a lone brace there.

function complain(line, text) {
  print FILENAME ":" line ": " text
  bad = 1
}

FNR == 1 { start = 0 }

/^[A-Za-z_].*\(/ && !/;$/ { start = FNR; name = $0; sub(/ *\{$/, "", name) }

/^}$/ && start {
  lines = FNR - start + 1
  if (lines > 60) complain(start, "a function of " lines " lines: " name)
  start = 0
}

/^ *(\/\*|\*\*)/ && length > 80 {
  complain(FNR, "a comment of " length " columns")
}

FNR == 801 { complain(FNR, "the file has over 800 lines") }

END { exit bad }
