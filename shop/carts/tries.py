"""How often coupons may be tried: codes are not to be guessed."""

from datetime import timedelta

from core.web.access import current_actor
from core.web.ratelimit import caller_address, limit

#: Tries of one cart or account, and of one address (which a whole market may share), within five minutes.
TIMES, TIMES_OF_ADDRESS = 10, 60
PER = timedelta(minutes=5)


def limit_tries(token: str) -> None:
    """Count one try, right or wrong: a right code must not buy more guesses. Raises RateLimited."""
    user_id = current_actor().user_id
    limit("coupon-address", caller_address(), times=TIMES_OF_ADDRESS, per=PER)
    limit("coupon", f"user:{user_id}" if user_id is not None else f"cart:{token}", times=TIMES, per=PER)
