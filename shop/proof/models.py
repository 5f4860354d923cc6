"""Reports of labels that were not found here, or do not fit what stands here."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Pk, Versioned

#: new: nobody has read it; looking: a certifier asks; closed: answered.
STATES = ("new", "looking", "closed")


class LabelReport(Versioned, Base):
    """What somebody saw on a label and where, for the certifier to look into."""

    __tablename__ = "label_report"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(f"state IN {STATES}", name="state_known"),
        CheckConstraint("state = 'new' OR taken_at IS NOT NULL", name="taken_when_not_new"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (answer IS NULL)",
            name="closed_with_answer",
        ),
        CheckConstraint("(photo IS NULL) = (photo_bytes IS NULL)", name="photo_with_size"),
        Index(None, "state", "reported_at"),
    )

    id: Mapped[Pk]
    #: Public code, such as BN-7K3M9QXT: who reported finds the answer by it.
    code: Mapped[str] = mapped_column(String(24))
    #: The text of the label's code, or what was typed.
    text: Mapped[str] = mapped_column(String(500))
    #: Where it was seen, in the reporter's words.
    place: Mapped[str] = mapped_column(String(200))
    #: What else the reporter wants to say.
    note: Mapped[str] = mapped_column(Text, default="")
    #: Telephone or e-mail, if the reporter wants an answer; forgotten half a year after the report is closed.
    contact: Mapped[str | None] = mapped_column(String(120))
    #: A photo written anew as JPEG, without place or camera, at most 1 MB; forgotten with the contact.
    photo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    #: Its bytes; lists ask for this instead of the photo.
    photo_bytes: Mapped[int | None]
    #: When it came.
    reported_at: Mapped[Instant]
    #: new, looking or closed.
    state: Mapped[str] = mapped_column(String(10), default="new")
    #: Who looks into it, since when.
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_at: Mapped[Instant | None]
    #: The certifier's answer, public by the report's code.
    answer: Mapped[str | None] = mapped_column(Text)
    #: Who answered, when.
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[Instant | None]
