"""What photos refuse. The codes of files that are none are those of `shop/proof`: one table for every door."""

from flask_babel import lazy_gettext as _l

from core.errors import Gone, NotFound, Refusal


class PhotoNotFound(NotFound):
    """No such photo, or not this caller's to see."""

    code = "photo.not_found"
    text = _l("Không tìm thấy ảnh này.")


class PhotoClosed(Gone):
    """The photo of a product that is not on sale now."""

    code = "photo.gone"
    text = _l("Sản phẩm của ảnh này hiện không bán.")


class PhotoRefused(Refusal):
    """The file is no photo that we keep. Facts: file, its name as sent."""

    code = "photo.refused"
    status = 422
    text = _l("Không nhận được ảnh này.")


class PhotoTooLarge(PhotoRefused):
    """More than 15 MB, or more than 24 million points (WEBP: 10)."""

    code = "photo.too_large"
    status = 413
    text = _l("Ảnh quá lớn: nhiều nhất 15 MB và 24 triệu điểm ảnh. Hãy giảm cỡ ảnh trong máy rồi gửi lại.")


class PhotoUnknown(PhotoRefused):
    """Neither JPEG nor PNG nor WEBP, whatever its name says."""

    code = "photo.unknown_type"
    status = 415
    text = _l("Tệp này không phải ảnh JPEG, PNG hoặc WEBP.")


class PhotoFromPhone(PhotoUnknown):
    """HEIC or AVIF: the telephone can send the same photo as JPEG."""

    text = _l(
        "Ảnh này ở dạng HEIC. Trên iPhone: Cài đặt, Camera, Định dạng, chọn “Tương thích nhất”; hoặc bấm “Chụp ảnh” "
        "ngay tại đây."
    )


class PhotoMoves(PhotoRefused):
    """A picture of several frames."""

    code = "photo.animated"
    status = 415
    text = _l("Không dùng được ảnh động. Hãy chọn một ảnh thường.")


class PhotoUnreadable(PhotoRefused):
    """The file ends too early, or its inside does not fit its head."""

    code = "photo.unreadable"
    text = _l("Ảnh bị hỏng hoặc thiếu một phần. Hãy chụp hoặc chọn lại.")


class PhotoTooSmall(PhotoRefused):
    """Less than 300 points on its shorter side, or more than three times as long as wide."""

    code = "photo.too_small"
    text = _l("Ảnh quá nhỏ hoặc quá dài: cạnh ngắn cần ít nhất 300 điểm, cạnh dài không quá ba lần cạnh ngắn.")


class TooManyPhotos(Refusal):
    """The product has eight photos already."""

    code = "photo.too_many"
    text = _l("Mỗi sản phẩm có nhiều nhất 8 ảnh. Hãy bỏ bớt một ảnh rồi thêm ảnh mới.")


class PhotoDecided(Refusal):
    """Nothing waits for a decision here. Facts: state."""

    code = "photo.state"
    text = _l("Ảnh này không còn chờ duyệt.")
