"""Builders: the rows that a test needs, made by the real verbs where there are any.

``make.area()``, ``make.listing(stars=4)``, ``make.lot(on_shelf=5)`` … Every argument has a
sensible default, every builder makes what it stands on, and each call makes something new.
Each feature's builders stand in ``tests/makers/<part>.py`` and are named here.
"""
