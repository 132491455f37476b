# No function is over 100 lines, and no comment over 80 columns, which
# clang-format leaves alone. Relies on its layout: a definition starts in the
# first column and ends with a lone brace there.

FNR == 1 { start = 0 }

/^[A-Za-z_].*\(/ && !/;$/ { start = FNR; name = $0 }

/^}$/ && start {
  lines = FNR - start + 1
  if (lines > 100) {
    print FILENAME ":" start ": " lines " lines: " name
    bad = 1
  }
  start = 0
}

/^ *(\/\*|\*\*)/ && length > 80 {
  print FILENAME ":" FNR ": a comment of " length " columns"
  bad = 1
}

END { exit bad }
