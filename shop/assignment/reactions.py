"""What the worker does for the assignment: it answers questions that nobody waits for at a page."""

from core.events import later
from shop.assignment import service
from shop.assignment.events import AssignmentAsked


@later(AssignmentAsked, outside=True)
def find_answer(event: AssignmentAsked) -> None:
    """Solve; a question that is answered or dropped meanwhile stays as it is."""
    service.answer(event.assignment)
