import datetime as dt

done: list[dt.date] = []


def put_right(*, today: dt.date, now: dt.datetime) -> None:
    done.append(today)
