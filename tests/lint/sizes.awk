# No function is over 60 lines, no file over 800, and no comment over 80
# columns, which clang-format leaves alone. Relies on its layout: a definition starts in the
# first column and ends with a lone brace there.

FNR == 1 { start = 0 }

/^[A-Za-z_].*\(/ && !/;$/ { start = FNR; name = $0 }

/^}$/ && start {
  lines = FNR - start + 1
  if (lines > 60) {
    print FILENAME ":" start ": " lines " lines: " name
    bad = 1
  }
  start = 0
}

/^ *(\/\*|\*\*)/ && length > 80 {
  print FILENAME ":" FNR ": a comment of " length " columns"
  bad = 1
}

FNR == 801 {
  print FILENAME ": over 800 lines"
  bad = 1
}

END { exit bad }
