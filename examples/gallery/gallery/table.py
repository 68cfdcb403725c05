"""The table on the terminal."""
from .numbers import shown


def number_text(row):
    if row.got is None:
        return row.said
    return f"{row.got.value:+.2f}" if row.wanted.startswith("|z|") else shown(row.got.value, row.got.error)


def printed(rows):
    for row in rows:
        mark = "ok   " if row.good else "WRONG"
        z = "" if row.z is None else f"{row.z:+.2f}"
        seconds = f"{row.seconds:6.1f}" if row.seconds else ""
        print(f"{mark} {row.case:24s} {row.program:13s} {row.name:38s} {row.wanted:>12s} | {number_text(row):28s} | {z:>6s} |"
              f" {seconds}", flush=True)


def verdict(rows):
    wrong = [row for row in rows if not row.good]
    print(f"{len({row.case for row in rows})} cases, {len(rows)} numbers, {len(wrong)} outside their errors, "
          f"{sum(row.seconds for row in rows):.0f} s of programs")
    return 1 if wrong else 0
