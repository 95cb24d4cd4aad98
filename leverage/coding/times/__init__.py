"""Stand-in until the time expressions are merged."""


def find_times(text, published, events=(), sentences=None):
    return []
