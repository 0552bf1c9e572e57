"""From a lab to the questions on the same thing, and from a question to the labs."""

from __future__ import annotations

from collections.abc import Iterable

from studyapp.study.course import Question
from studyapp.study.labs import Lab


def labs_for(question: Question, labs: Iterable[Lab]) -> tuple[Lab, ...]:
    """Return the labs that show what a question asks: the one it names, then those of its topic.

    Of the topic's, those of the question's task statement come first.
    """

    def distance(lab: Lab) -> int:
        if lab.slug == question.lab:
            return 0
        return 1 if lab.task == question.task else 2

    fitting = [lab for lab in labs if lab.slug == question.lab or lab.topic == question.topic]
    return tuple(sorted(fitting, key=distance))


def questions_for(lab: Lab, questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return the questions on what a lab shows: those that name it, then those of its topic.

    Of the topic's, those of the lab's task statement come first, and easier ones before harder.
    Those that are kept for exams are left out.
    """

    def distance(question: Question) -> tuple[int, int]:
        if question.lab == lab.slug:
            return (0, question.difficulty)
        return (1 if question.task == lab.task else 2, question.difficulty)

    fitting = [
        question
        for question in questions
        if not question.is_for_exams_only
        and (question.lab == lab.slug or question.topic == lab.topic)
    ]
    return tuple(sorted(fitting, key=distance))
