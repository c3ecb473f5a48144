"""Check an NHS number's last digit: a long sheet has one in every row."""

from operator import mul

from nhs_number.constants import REGION_SCOTLAND
from nhs_number.validate import is_valid

_WEIGHTS = tuple(range(10, 0, -1))
_LAST_SCOTTISH = f"{max(part.end for part in REGION_SCOTLAND.ranges):010d}"


def is_nhs_number(digits: str) -> bool:
    """Tell of ten digits what `nhs_number.is_valid` tells of them, in a tenth of its time.

    They are weighted by modulus 11. The signs can stand for the digits: the weights are 55 in all, so what each sign
    is more than its digit goes out.
    """
    if sum(map(mul, digits.encode("ascii"), _WEIGHTS)) % 11:
        return False
    # a Scottish number begins with a date of birth, at which the library looks as well
    return digits > _LAST_SCOTTISH or bool(is_valid(digits))
