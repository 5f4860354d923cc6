"""Values to look at messages with: invented, of the length that real ones have."""

from datetime import UTC, date, datetime

NUMBER = "DH-7K3M9QXT"
URL = f"https://ocopmart.example.vn/don-hang/{NUMBER}?token=mQ9yV3cX7kT2pL5rW8sN4bH6jF1gD0aZxCvBnMqWeRt"
HOURS = [(day, "07:30–19:00") for day in ("mon", "tue", "wed", "thu", "fri", "sat")] + [("sun", "")]
PARCEL = f"{NUMBER}-1"

PLACED = {
    "number": NUMBER, "seller": "Hợp tác xã Thương mại Kiến Thụy", "total_vnd": 415_000, "url": URL,
    "lines": [
        ("Mật ong hoa rừng Cát Bà", "Chai 500 ml", 2, "piece", 300_000),
        ("Chả mực giã tay", "Bán theo cân", 500, "gram", 115_000),
    ],
    "charges": [("delivery", 0)], "discount_vnd": 0, "pays_until": datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    "collect_by": None, "store": "OCOP Mart Kiến Thụy", "method": "delivery", "provider": "vietqr",
    "address": "Số 5 ngõ 12 đường Lạch Tray, phường Ngô Quyền, Hải Phòng",
    "invoice": "Công ty TNHH Thử, mã số thuế 0200000000, ke.toan@example.vn",
}  # fmt: skip
PAID = {"number": NUMBER, "total_vnd": 415_000, "is_service": False, "url": URL}
READY = {
    "number": NUMBER, "store": "OCOP Mart Kiến Thụy", "address": "Số 12 đường Cẩm Xuân, xã Kiến Thụy, Hải Phòng",
    "hours": HOURS, "code": "4827", "collect_by": date(2026, 11, 27), "url": URL,
    "due_vnd": 415_000,
}  # fmt: skip
SHIPPED = {
    "number": NUMBER, "parcel": PARCEL, "parcels": 2, "position": 1, "courier": "Viettel Post",
    "tracking": "VTP8842019377", "tracking_url": "https://viettelpost.example.vn/tra-cuu?so=VTP8842019377",
    "due_vnd": 415_000, "url": URL,
}  # fmt: skip
FAILED = {
    "number": NUMBER, "parcel": PARCEL, "courier": "Viettel Post", "reason": "away",
    "store_phone": "+84225388812", "url": URL,
}  # fmt: skip
RETURNED = {"number": NUMBER, "parcel": PARCEL, "store": "OCOP Mart Kiến Thụy", "has_money": True, "url": URL}
COMPLETED = {"number": NUMBER, "url": URL, "review_url": URL}
ENDED = {"number": NUMBER, "reason": "payment_window", "owes_money": True, "url": URL}
HELD = {"number": NUMBER, "url": URL}
REFUND = {
    "number": NUMBER, "amount_vnd": 115_000, "way": "bank", "reason": "Thiếu một hộp", "store": "OCOP Mart Kiến Thụy",
    "url": URL,
}  # fmt: skip
ACCOUNT = {"number": NUMBER, "amount_vnd": 115_000, "until": date(2026, 12, 22), "url": URL}
REFUNDED = {"number": NUMBER, "amount_vnd": 115_000, "way": "bank", "reference": "FT26327004512", "url": URL}
VOUCHER = {
    "service": "Trải nghiệm làm gốm Dưỡng Động nửa ngày, hai người", "place": "Làng gốm Dưỡng Động, Hải Phòng",
    "phone": "0225 388 8812", "code": "PV-4TG8W2NA", "until": date(2027, 5, 22), "url": URL,
}  # fmt: skip
