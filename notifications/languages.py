"""The sentences of mails and posts in each language that we speak; asked by `notifications.messages`.

A language is one entry here: dates, weekdays and months come from Django.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import langcodes
from django.utils import translation
from django.utils.dateformat import format as formatted

OTHERWISE = "en"
FARTHEST = 20
"""Of `langcodes`: as far as Catalan is from Spanish, whose speakers read it better than English."""


@dataclass(frozen=True)
class Words:
    """`{}` names are filled in by `messages`; `one` and `many` go by `is_one`."""

    code: str
    date: str
    """Django's date format, with the weekday."""
    subject_one: str
    subject_many: str
    hello: str
    hello_nobody: str
    intro_one: str
    intro_many: str
    intro_dated_one: str
    intro_dated_many: str
    due: str
    said: str
    """What was said is quoted, with the time in the meeting."""
    tickets: str
    attached: str
    doubt: str
    doubt_nobody: str
    summary: str
    decisions: str
    tasks: str
    nobody: str
    quoted: str = "“{}”"
    first_of_month: str = ""
    """The date format of the first, where it is another."""
    is_one: Callable[[int], bool] = lambda count: count == 1

    def day(self, day: date) -> str:
        """`Thursday, 5 March 2026`."""
        pattern = self.first_of_month if day.day == 1 and self.first_of_month else self.date
        with translation.override(self.code):
            return formatted(day, pattern)

    def quote(self, text: str) -> str:
        return self.quoted.format(text)


ENGLISH = Words(
    code="en",
    date="l, j F Y",
    subject_one="{count} task for you from {meeting}",
    subject_many="{count} tasks for you from {meeting}",
    hello="Hello {name},",
    hello_nobody="Hello,",
    intro_one="in {meeting} you took on this task:",
    intro_many="in {meeting} you took on these {count} tasks:",
    intro_dated_one="in {meeting} on {date} you took on this task:",
    intro_dated_many="in {meeting} on {date} you took on these {count} tasks:",
    due="Due {date}",
    said="said at {time}",
    tickets="Ticket",
    attached="The attached file tasks.ics puts what is due into your calendar.",
    doubt="This was understood from the recording. If something is wrong, reply to this mail:"
    " {organiser}, who organised the meeting, will get your answer.",
    doubt_nobody="This was understood from the recording. If something is wrong, reply to this mail.",
    summary="Summary",
    decisions="Decisions",
    tasks="Tasks",
    nobody="nobody yet",
)

GERMAN = Words(
    code="de",
    date="l, j. F Y",
    subject_one="{count} Aufgabe für Sie aus {meeting}",
    subject_many="{count} Aufgaben für Sie aus {meeting}",
    hello="Guten Tag {name},",
    hello_nobody="Guten Tag,",
    intro_one="in {meeting} haben Sie diese Aufgabe übernommen:",
    intro_many="in {meeting} haben Sie diese {count} Aufgaben übernommen:",
    intro_dated_one="in {meeting} am {date} haben Sie diese Aufgabe übernommen:",
    intro_dated_many="in {meeting} am {date} haben Sie diese {count} Aufgaben übernommen:",
    due="Fällig: {date}",
    said="gesagt bei {time}",
    tickets="Ticket",
    attached="Die angehängte Datei tasks.ics trägt die Termine in Ihren Kalender ein.",
    doubt="Das wurde aus der Aufnahme verstanden. Wenn etwas nicht stimmt, antworten Sie auf diese Mail:"
    " Ihre Antwort geht an {organiser} (Organisation der Besprechung).",
    doubt_nobody="Das wurde aus der Aufnahme verstanden. Wenn etwas nicht stimmt, antworten Sie auf diese"
    " Mail.",
    summary="Zusammenfassung",
    decisions="Entscheidungen",
    tasks="Aufgaben",
    nobody="noch niemand",
    quoted="„{}“",
)

SPANISH = Words(
    code="es",
    date=r"l, j \d\e F \d\e Y",
    subject_one="{count} tarea para usted de {meeting}",
    subject_many="{count} tareas para usted de {meeting}",
    hello="Hola, {name}:",
    hello_nobody="Hola:",
    intro_one="En {meeting} usted asumió esta tarea:",
    intro_many="En {meeting} usted asumió estas {count} tareas:",
    intro_dated_one="En {meeting}, el {date}, usted asumió esta tarea:",
    intro_dated_many="En {meeting}, el {date}, usted asumió estas {count} tareas:",
    due="Vence el {date}",
    said="dicho en {time}",
    tickets="Ticket",
    attached="El archivo adjunto tasks.ics añade los vencimientos a su calendario.",
    doubt="Esto se entendió de la grabación. Si algo no es correcto, responda a este correo:"
    " su respuesta llegará a {organiser}, que organizó la reunión.",
    doubt_nobody="Esto se entendió de la grabación. Si algo no es correcto, responda a este correo.",
    summary="Resumen",
    decisions="Decisiones",
    tasks="Tareas",
    nobody="nadie todavía",
    quoted="«{}»",
)

FRENCH = Words(
    code="fr",
    date="l j F Y",
    subject_one="{count} tâche pour vous de {meeting}",
    subject_many="{count} tâches pour vous de {meeting}",
    hello="Bonjour {name},",
    hello_nobody="Bonjour,",
    intro_one="lors de {meeting}, vous avez pris en charge cette tâche :",
    intro_many="lors de {meeting}, vous avez pris en charge ces {count} tâches :",
    intro_dated_one="lors de {meeting}, le {date}, vous avez pris en charge cette tâche :",
    intro_dated_many="lors de {meeting}, le {date}, vous avez pris en charge ces {count} tâches :",
    due="Échéance : {date}",
    said="dit à {time}",
    tickets="Ticket",
    attached="Le fichier joint tasks.ics ajoute les échéances à votre calendrier.",
    doubt="Ceci a été compris de l’enregistrement. Si quelque chose est inexact, répondez à ce message :"
    " votre réponse parviendra à {organiser}, qui a organisé la réunion.",
    doubt_nobody="Ceci a été compris de l’enregistrement. Si quelque chose est inexact, répondez à ce"
    " message.",
    summary="Résumé",
    decisions="Décisions",
    tasks="Tâches",
    nobody="encore personne",
    quoted="«\u202f{}\u202f»",
    first_of_month=r"l j\e\r F Y",
    is_one=lambda count: count in (0, 1),
)

SPOKEN = {words.code: words for words in (ENGLISH, GERMAN, SPANISH, FRENCH)}


def choices() -> list[tuple[str, str]]:
    """For forms and columns; a function, so that another language needs no migration."""
    return [(code, code) for code in SPOKEN]


def words_for(tag: str) -> Words:
    """The nearest language to a BCP 47 tag (RFC 5646): `de-CH` is German, what we do not speak English."""
    try:
        nearest = langcodes.closest_match(tag or OTHERWISE, SPOKEN, max_distance=FARTHEST)[0]
    except ValueError:
        nearest = OTHERWISE
    return SPOKEN.get(nearest, SPOKEN[OTHERWISE])
