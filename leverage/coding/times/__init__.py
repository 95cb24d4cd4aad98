"""Expressions of time in an article, and the days that they mean.

Every expression that can be told as days of the calendar becomes a `TimeReference`, both ends included,
told from the article's date D. Weeks run Monday to Sunday, seasons are the north's, months are calendar
months.

- A day, month, year, quarter, season or decade is all its days. Without a year it is the nearest that
  fits where its clause looks: back, the latest that has begun; ahead, the first that is not over; a
  clause without a verb, the nearest. A day is never put 300 days off where the same day lies within two
  months on the other side. A quarter or half counts as past once a third of it has run. A weekday with a
  date fixes its year.
- Early, mid and late: of a month 1–10, 11–20, 21–end; of a year four months each; of a season or quarter
  a month each; of a week Mon–Tue, Wed–Thu, Fri–Sun; of a decade 0–3, 4–6, 7–9. The end of X is its last
  day, its beginning the first; before the end of X runs to that last day. The first week of a month is
  its days 1–7, the last its last seven.
- A bare weekday: back, the latest to D itself; ahead or in the present tense, the next after D. Next
  Friday is that of next week, last Friday the latest before D, this Friday that of this week, Friday week
  a week after the coming one. The weekend follows the same tense. Last summer is the latest that is over,
  next summer the first that has not begun.
- Since X: its first day to D. Until, through, by X: D to its last day; before X: D to the day before;
  nothing where X is past. After X is left out; of "after Friday's rally" Friday stays. From X alone is X.
  By X looks ahead, unless it opens a clause told in the past.
- Three weeks ago, in three weeks: that day; of months the calendar month, of years the calendar year; of
  two to three weeks the days between. A decade is ten years, half a week four days, half a month fifteen,
  hours count where they make whole days. About, nearly and more than change nothing.
- For, over, in the past three weeks: back to D; within, in the next, another, three more, three weeks
  left, and for three weeks where the clause looks ahead or tells of stocks: D on. For three weeks after
  "has been" looks back. The past week and the coming month are lengths, last week and next month calendar
  units. Three days before X is that day; the three days before X are those.
- Christmas is the 25th, Easter its Sunday, New Year the first, the turn of the year 31 December and 1
  January. An event counts only after before, until, by, since, at, on, during, and as a part ("the eve
  of"), never as a mere noun.
- Left out: recurring days ("every Friday"), days told from another day ("the next day"), vague ones ("in
  the coming weeks"), lengths that hang on nothing, ages, clock times, centuries, dates in figures that
  read two ways (05/01/2025).
"""

from leverage.coding.times.finding import find_times

__all__ = ["find_times"]
