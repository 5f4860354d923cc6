"""Who comes to the demonstration's spring fair: a delegation with its block, a link for a group, points, a message."""

from datetime import date, timedelta

from admin.demo.goods import at
from core.accounts.actor import Actor
from core.clock import travel
from shop.exhibitors import delegations, invitations, telling
from shop.exhibitors.delegations import NewDelegation
from shop.exhibitors.invitations import Guest
from shop.exhibitors.reviewing import USUAL, Criterion, score, set_criteria
from shop.exhibitors.telling import Audience, Words
from shop.fairs.queries import get_fair, list_applications, list_booths

#: Booths that are given to another province's department.
BLOCK = 4


def invite_guests(slug: str, organizer: Actor, today: date) -> None:
    """By the organizer, over the last days."""
    fair = get_fair(slug)
    last = fair.opens_on - timedelta(3)
    with travel(at(today - timedelta(4), 9)):
        block = [booth.code for booth in list_booths(fair.id) if booth.use == "exhibitor"][-BLOCK:]
        one = delegations.create_delegation(
            slug, NewDelegation("Sở Công Thương tỉnh Cao Bằng (minh hoạ)", None, last), organizer
        )
        delegations.set_block(one.code, block, one.version, organizer)
        invitations.invite(slug, Guest(last, "Nhóm chủ thể xã Kiến Hưng (minh hoạ)", uses=10), organizer)
        invitations.invite(
            slug, Guest(last, "Đơn vị của đoàn Cao Bằng (minh hoạ)", uses=5, delegation=one.code), organizer
        )
    with travel(at(today - timedelta(1), 10)):
        criteria = set_criteria(slug, [Criterion(name, weight) for name, weight in USUAL], organizer)
        applications = list_applications(fair.id)
        for number, application in enumerate(applications[:4]):
            points = {row.id: 6 + (number * 3 + row.position * 2) % 5 for row in criteria}
            score(application.code, points, "Minh hoạ", organizer)
        words = Words("Đã nhận hồ sơ (minh hoạ)", "Ban tổ chức đang xét.\nKết quả có trước ngày khai mạc 20 ngày.")
        readers = telling.readers_of(fair, Audience(states=("submitted",)), is_advertising=False)
        if any(one.gets_it for one in readers):
            telling.send(slug, words, Audience(states=("submitted",)), telling.seal_of(readers), organizer)
