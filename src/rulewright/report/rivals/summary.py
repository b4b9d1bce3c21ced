"""to come"""


def render(report):
    return ""


def show(report, console):
    print(report)
