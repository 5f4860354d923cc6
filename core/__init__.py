"""The ground under catalog, shop and admin: transactions, time, money, people, events, web.

Core knows nothing of what is sold or certified: roles, scopes, events and jobs are
opaque values that the parts above register.
"""
