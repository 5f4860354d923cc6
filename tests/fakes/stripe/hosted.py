"""The payable page and the bank's question, as HTML: quiet, in Vietnamese, and plainly a trial."""

from html import escape

from tests.fakes.stripe.world import ZERO_DECIMAL, Session

_STYLE = """
:root { color-scheme: light dark; --ink: #16231d; --soft: #55645c; --line: #cfd8d2; --paper: #fff; --leaf: #1d6b45;
  --ground: #f3f6f4; --bad: #a02818 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8efea; --soft: #a9b8b0; --line: #3a4a42; --paper: #1a2420;
  --leaf: #5fbf8f; --ground: #121a16; --bad: #f0907f } }
* { box-sizing: border-box } body { margin: 0; background: var(--ground); color: var(--ink);
  font: 17px/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif }
main { max-width: 460px; margin: 0 auto; padding: 24px 16px 48px; display: grid; gap: 20px }
.trial { background: #fff3d0; color: #4d3800; border-radius: 10px; padding: 10px 14px; font-size: 15px }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 14px; padding: 20px; display: grid;
  gap: 16px } h1 { font-size: 20px; margin: 0 } .sum { font-size: 32px; font-weight: 650; margin: 0;
  font-variant-numeric: tabular-nums } p { margin: 0 } .soft { color: var(--soft); font-size: 15px }
label { display: grid; gap: 6px; font-weight: 600; font-size: 15px } .two { display: grid; gap: 12px;
  grid-template-columns: 1fr 1fr } input { font: inherit; color: inherit; background: var(--paper); padding: 11px 12px;
  border: 1px solid var(--line); border-radius: 10px; width: 100%; font-variant-numeric: tabular-nums }
button { font: inherit; font-weight: 650; padding: 13px 16px; border: 0; border-radius: 10px; background: var(--leaf);
  color: var(--paper); cursor: pointer; min-height: 48px } button.quiet { background: none; color: var(--leaf);
  border: 1px solid var(--line) } input:focus-visible, button:focus-visible, a:focus-visible, summary:focus-visible {
  outline: 3px solid var(--leaf); outline-offset: 2px } .bad { color: var(--bad); font-weight: 600 }
a { color: var(--leaf) } ul { margin: 8px 0 0; padding: 0; list-style: none; display: grid; gap: 8px; font-size: 15px }
li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 12px } code { font-size: 15px;
  font-variant-numeric: tabular-nums } summary { cursor: pointer; min-height: 32px } form { display: grid; gap: 14px }
"""

#: What people read for a decline.
WORDS = {
    "card_declined": "Ngân hàng từ chối thẻ này. Chưa trừ khoản nào; hãy thử thẻ khác.",
    "insufficient_funds": "Thẻ không đủ tiền. Chưa trừ khoản nào; hãy thử thẻ khác.",
    "incorrect_number": "Số thẻ chưa đúng. Trang thử chỉ nhận các số thẻ thử ở dưới.",
    "payment_intent_authentication_failure": "Bạn đã không xác nhận với ngân hàng. Chưa trừ khoản nào.",
    "checkout_session_inactive": "Trang này không còn trả được.",
}

_TRIALS = (
    ("4242 4242 4242 4242", "trả được"),
    ("4000 0027 6000 3184", "ngân hàng hỏi lại (3-D Secure)"),
    ("4000 0000 0000 0002", "bị từ chối"),
    ("4000 0000 0000 9995", "không đủ tiền"),
)


def money(amount: int, currency: str) -> str:
    """A sum as people read it: `125.000 ₫`."""
    if currency == "vnd":
        return f"{amount:,} ₫".replace(",", ".")
    whole = f"{amount:,}" if currency in ZERO_DECIMAL else f"{amount / 100:,.2f}"
    return f"{whole} {currency.upper()}"


def pay_page(session: Session, problem: str = "") -> str:
    """The form to pay."""
    trials = "".join(f"<li><code>{number}</code><span class='soft'>{what}</span></li>" for number, what in _TRIALS)
    bad = f'<p class="bad" role="alert">{escape(WORDS.get(problem, problem))}</p>' if problem else ""
    return _page(
        "Trả bằng thẻ",
        f"""<section><div><h1>{escape(session.title)}</h1>
        <p class="sum">{money(session.amount, session.currency)}</p></div>{bad}
        <form method="post" action="{_path("pay", session)}">
        <label>Số thẻ<input name="card" inputmode="numeric" autocomplete="cc-number" required
          maxlength="23" placeholder="4242 4242 4242 4242"></label>
        <div class="two"><label>Hết hạn<input name="expiry" inputmode="numeric" autocomplete="cc-exp" maxlength="7"
          placeholder="12/30"></label><label>Mã CVC<input name="cvc" inputmode="numeric" autocomplete="cc-csc"
          maxlength="4" placeholder="123"></label></div>
        <button>Trả {money(session.amount, session.currency)}</button></form>
        <details><summary>Số thẻ thử</summary><ul>{trials}</ul>
        <p class="soft">Ngày và mã CVC ghi gì cũng được.</p></details></section>
        <p><a href="{escape(session.cancel_url)}">Quay lại cửa hàng mà không trả</a></p>""",
    )


def bank_page(session: Session) -> str:
    """The bank's question to the holder."""
    return _page(
        "Ngân hàng hỏi lại",
        f"""<section><h1>Ngân hàng Thử hỏi lại</h1>
        <p>Có phải bạn đang trả <b>{money(session.amount, session.currency)}</b> cho {escape(session.title)}?</p>
        <form method="post" action="{_path("bank", session)}"><button name="answer" value="yes">Đúng, xác nhận</button>
        <button class="quiet" name="answer" value="no">Không phải tôi</button></form></section>""",
    )


def over_page(session: Session) -> str:
    """The page can be paid no more."""
    paid = session.status == "complete"
    words = "Khoản này đã được trả." if paid else "Trang trả tiền này đã hết hạn."
    back = session.success_url if paid else session.cancel_url
    return _page(
        words, f"<section><h1>{words}</h1><p><a href='{escape(back)}'>Quay lại cửa hàng</a></p></section>"
    )  # fmt: skip


def _page(title: str, body: str) -> str:
    return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>
<body><main><p class="trial" role="note"><b>Trang trả thẻ thử.</b> Không có tiền thật; đừng nhập thẻ thật.</p>
{body}</main></body></html>"""


def _path(place: str, session: Session) -> str:
    """Where a form goes: a refusal of the bank's page shows the form to pay, and that is sent to its own address."""
    return f"/c/{place}/{escape(session.id)}"
