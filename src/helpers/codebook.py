"""The tree of codes: paths, levels, and what lies below a theme."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .study import Study

SEPARATOR = " > "


def tree(study: Study) -> pd.DataFrame:
    """
    Return the codebook in reading order: each theme before its sub-themes.

    Parameters
    ----------
    study : Study
        Codes of one parent are ordered by their `order`, then as they stand in the codebook.

    Returns
    -------
    DataFrame
        The columns of `study.codes` and `level` (0 for a theme at the top), `path` (names from the top,
        joined by " > ") and `theme` (the id of the code at the top).

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["b", "a"], "name": ["Below", "Above"], "parent": ["a", ""]})
    >>> from helpers.study import make_study
    >>> tree(make_study("s", {"codes": codes}))[["code", "level", "path"]].values.tolist()
    [['a', 0, 'Above'], ['b', 1, 'Above > Below']]
    """
    codes = study.codes.reset_index(drop=True).sort_values("order", kind="stable", na_position="last")
    children: dict[str, list[int]] = {}
    for row, parent in zip(codes.index, codes["parent"], strict=True):
        children.setdefault(parent, []).append(row)
    ids, names = study.codes["code"].tolist(), study.codes["name"].tolist()

    def walk(parent: str, path: tuple[int, ...]) -> Iterator[tuple[int, int, str, str]]:
        for row in children.get(parent, []):
            here = (*path, row)
            yield row, len(path), SEPARATOR.join(names[r] for r in here), ids[here[0]]
            yield from walk(ids[row], here)

    walked = pd.DataFrame(walk("", ()), columns=["row", "level", "path", "theme"])
    found = study.codes.iloc[walked["row"].astype("int64")].astype({"code": "str"}).reset_index(drop=True)
    return found.assign(
        level=walked["level"].astype("int64"), path=walked["path"].astype("str"), theme=walked["theme"].astype("str")
    )


def ancestry(study: Study) -> np.ndarray:
    """
    Return who lies under whom: (C, C) bool, True where the column's code is the row's code or above it.

    Rows and columns follow `study.codes`, as the categories of `study.codings["code"]` do.
    """
    position = {code: n for n, code in enumerate(study.codes["code"])}
    above = np.eye(len(position), dtype=bool)
    parent = [position.get(p, -1) for p in study.codes["parent"]]
    for n in range(len(position)):
        up = parent[n]
        while up >= 0:
            above[n, up] = True
            up = parent[up]
    return above


def rolled_up(study: Study, code: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Repeat codings for every theme above their code.

    Parameters
    ----------
    study : Study
        Has the tree.
    code : ndarray of int, shape (n,)
        Positions of codes in `study.codes`.

    Returns
    -------
    rows, codes : ndarray of int, shape (m,)
        For each pair of a coding and a code at or above its own: the coding's position, and the code's.
    """
    above = ancestry(study)
    count = above.sum(axis=1)
    upward = np.nonzero(above)[1]
    first = np.concatenate([[0], np.cumsum(count)[:-1]]) if len(count) else np.zeros(0, dtype=np.int64)
    repeat = count[code]
    rows = np.repeat(np.arange(len(code)), repeat)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    return rows, upward[first[code][rows] + within]


def table(study: Study) -> pd.DataFrame:
    """
    Return the codebook as it is printed: path, origin, definition, what to include and exclude.

    Returns
    -------
    DataFrame
        Columns path, origin, definition, include, exclude; codes in reading order. Unknown is empty.
    """
    return tree(study)[["path", "origin", "definition", "include", "exclude"]]
