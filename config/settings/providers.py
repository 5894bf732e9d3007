"""Which providers there are, with their options, and which of them serve.

Adding a vendor is one entry here and one file in `integrations/providers`.
`SERVED_BY[kind]` lists aliases in order of preference; an empty list means that nothing is configured.
"""

from config import env

_P = "integrations.providers"
_ledger = {"path": env.OUTWARD_LEDGER}


def _given(**options: str) -> dict[str, str]:
    """Without those that are empty: the provider's own defaults stand."""
    return {name: value for name, value in options.items() if value}


_google = _given(base_url=env.GOOGLE_API_BASE_URL)
"""Whose calendar and documents they are, and the token, comes from a person's connection."""

PROVIDERS = {
    "speech": {
        "whisper": {
            "BACKEND": f"{_P}.speech.local.WhisperSpeech",
            "OPTIONS": {
                "weights": str(env.WEIGHTS_DIR),
                "model": env.WHISPER_MODEL,
                "threads": env.CPU_THREADS,
            },
        },
        "gemini": {
            "BACKEND": f"{_P}.speech.gemini.GeminiSpeech",
            "OPTIONS": {
                "api_key": env.GEMINI_KEY,
                "model": env.GEMINI_MODEL,
                "base_url": env.GEMINI_BASE_URL,
            },
        },
        "rapidapi": {
            "BACKEND": f"{_P}.speech.rapidapi.RapidApiSpeech",
            "OPTIONS": {
                "url": env.RAPIDAPI_SPEECH_URL,
                "api_key": env.RAPIDAPI_KEY,
                "host": env.RAPIDAPI_HOST,
            },
        },
        "memory": {"BACKEND": f"{_P}.speech.memory.MemorySpeech", "OPTIONS": {}},
    },
    "diarization": {
        "community1": {
            "BACKEND": f"{_P}.diarization.local.Community1Diarizer",
            "OPTIONS": {"weights": str(env.WEIGHTS_DIR / "community-1"), "threads": env.CPU_THREADS},
        },
        "memory": {"BACKEND": f"{_P}.diarization.memory.MemoryDiarizer", "OPTIONS": {}},
    },
    "language": {
        "local": {"BACKEND": f"{_P}.language.local.LocalLanguage", "OPTIONS": {}},
        "gemini": {
            "BACKEND": f"{_P}.language.gemini.GeminiLanguage",
            "OPTIONS": {
                "api_key": env.GEMINI_KEY,
                "model": env.GEMINI_MODEL,
                "base_url": env.GEMINI_BASE_URL,
            },
        },
        "openai": {
            "BACKEND": f"{_P}.language.openai.OpenAiLanguage",
            "OPTIONS": {"base_url": env.LLM_BASE_URL, "model": env.LLM_MODEL, "api_key": env.LLM_API_KEY},
        },
        "memory": {"BACKEND": f"{_P}.language.memory.MemoryLanguage", "OPTIONS": {}},
    },
    "tickets": {
        "jira": {
            "BACKEND": f"{_P}.tickets.jira.JiraTickets",
            "OPTIONS": _given(
                base_url=env.JIRA_BASE_URL,
                email=env.JIRA_EMAIL,
                api_token=env.JIRA_API_TOKEN,
                personal_token=env.JIRA_PERSONAL_TOKEN,
                deployment=env.JIRA_DEPLOYMENT,
            ),
        },
        "asana": {
            "BACKEND": f"{_P}.tickets.asana.AsanaTickets",
            "OPTIONS": _given(token=env.ASANA_TOKEN, base_url=env.ASANA_BASE_URL),
        },
        "memory": {"BACKEND": f"{_P}.tickets.memory.MemoryTickets", "OPTIONS": _ledger},
    },
    "mail": {
        "smtp": {
            "BACKEND": f"{_P}.mail.smtp.SmtpMail",
            "OPTIONS": {
                "host": env.SMTP_HOST,
                "port": env.SMTP_PORT,
                "user": env.SMTP_USER,
                "password": env.SMTP_PASSWORD,
                "security": env.SMTP_SECURITY,
                "sender": env.MAIL_FROM,
            },
        },
        "sendgrid": {
            "BACKEND": f"{_P}.mail.sendgrid.SendGridMail",
            "OPTIONS": {
                "api_key": env.SENDGRID_API_KEY,
                "sender": env.MAIL_FROM,
                **_given(base_url=env.SENDGRID_BASE_URL),
            },
        },
        "console": {"BACKEND": f"{_P}.mail.console.ConsoleMail", "OPTIONS": {"sender": env.MAIL_FROM}},
        "memory": {"BACKEND": f"{_P}.mail.memory.MemoryMail", "OPTIONS": _ledger},
    },
    "chat": {
        "slack": {
            "BACKEND": f"{_P}.chat.slack.SlackChat",
            "OPTIONS": {"token": env.SLACK_BOT_TOKEN, **_given(base_url=env.SLACK_BASE_URL)},
        },
        "slack_webhook": {
            "BACKEND": f"{_P}.chat.slack.SlackChat",
            "OPTIONS": {"webhook_url": env.SLACK_WEBHOOK_URL, "channel": env.CHAT_CHANNEL},
        },
        "memory": {"BACKEND": f"{_P}.chat.memory.MemoryChat", "OPTIONS": _ledger},
    },
    "calendars": {
        "google": {"BACKEND": f"{_P}.calendars.google.GoogleCalendar", "OPTIONS": _google},
        "microsoft": {
            "BACKEND": f"{_P}.calendars.microsoft.MicrosoftCalendar",
            "OPTIONS": _given(base_url=env.MICROSOFT_GRAPH_BASE_URL),
        },
        "memory": {"BACKEND": f"{_P}.calendars.memory.MemoryCalendar", "OPTIONS": _ledger},
    },
    "documents": {
        "google": {"BACKEND": f"{_P}.documents.google.GoogleDocuments", "OPTIONS": _google},
        "memory": {"BACKEND": f"{_P}.documents.memory.MemoryDocuments", "OPTIONS": _ledger},
    },
    "webhooks": {
        "standard": {
            "BACKEND": f"{_P}.webhooks.standard.StandardWebhooks",
            "OPTIONS": {"private_allowed": env.PRIVATE_ADDRESSES_ALLOWED},
        },
        "memory": {"BACKEND": f"{_P}.webhooks.memory.MemoryWebhooks", "OPTIONS": _ledger},
    },
    "bots": {
        "attendee": {
            "BACKEND": f"{_P}.bots.attendee.AttendeeBots",
            "OPTIONS": {
                "base_url": env.ATTENDEE_BASE_URL,
                "api_key": env.ATTENDEE_API_KEY,
                "webhook_secret": env.ATTENDEE_WEBHOOK_SECRET,
            },
        },
        "recall": {
            "BACKEND": f"{_P}.bots.recall.RecallBots",
            "OPTIONS": {
                "region": env.RECALL_REGION,
                "base_url": env.RECALL_BASE_URL,
                "api_key": env.RECALL_API_KEY,
                "webhook_secret": env.RECALL_WEBHOOK_SECRET,
            },
        },
        "vexa": {
            "BACKEND": f"{_P}.bots.vexa.VexaBots",
            "OPTIONS": {
                "base_url": env.VEXA_BASE_URL,
                "api_key": env.VEXA_API_KEY,
                "webhook_secret": env.VEXA_WEBHOOK_SECRET,
            },
        },
        "memory": {"BACKEND": f"{_P}.bots.memory.MemoryBots", "OPTIONS": _ledger},
    },
    "identity": {
        "microsoft": {
            "BACKEND": f"{_P}.identity.microsoft.MicrosoftIdentity",
            "OPTIONS": _given(
                client_id=env.MICROSOFT_CLIENT_ID,
                client_secret=env.MICROSOFT_CLIENT_SECRET,
                tenant=env.MICROSOFT_TENANT_ID,
                authorize_url=env.MICROSOFT_AUTHORIZE_URL,
                token_url=env.MICROSOFT_TOKEN_URL,
                jwks_url=env.MICROSOFT_JWKS_URL,
                issuer=env.MICROSOFT_ISSUER,
            ),
        },
        "google": {
            "BACKEND": f"{_P}.identity.google.GoogleIdentity",
            "OPTIONS": _given(
                client_id=env.GOOGLE_CLIENT_ID,
                client_secret=env.GOOGLE_CLIENT_SECRET,
                authorize_url=env.GOOGLE_AUTHORIZE_URL,
                token_url=env.GOOGLE_TOKEN_URL,
                jwks_url=env.GOOGLE_JWKS_URL,
                issuer=env.GOOGLE_ISSUER,
            ),
        },
    },
    "consent": {
        "google": {
            "BACKEND": f"{_P}.consent.google.GoogleConsent",
            "OPTIONS": _given(
                client_id=env.GOOGLE_CLIENT_ID,
                client_secret=env.GOOGLE_CLIENT_SECRET,
                authorize_url=env.GOOGLE_AUTHORIZE_URL,
                token_url=env.GOOGLE_TOKEN_URL,
                scope=env.GOOGLE_CONNECTION_SCOPE,
            ),
        },
        "microsoft": {
            "BACKEND": f"{_P}.consent.microsoft.MicrosoftConsent",
            "OPTIONS": _given(
                client_id=env.MICROSOFT_CLIENT_ID,
                client_secret=env.MICROSOFT_CLIENT_SECRET,
                tenant=env.MICROSOFT_TENANT_ID,
                authorize_url=env.MICROSOFT_AUTHORIZE_URL,
                token_url=env.MICROSOFT_TOKEN_URL,
            ),
        },
        "atlassian": {
            "BACKEND": f"{_P}.consent.atlassian.AtlassianConsent",
            "OPTIONS": _given(client_id=env.ATLASSIAN_CLIENT_ID, client_secret=env.ATLASSIAN_CLIENT_SECRET),
        },
        "asana": {
            "BACKEND": f"{_P}.consent.asana.AsanaConsent",
            "OPTIONS": _given(client_id=env.ASANA_CLIENT_ID, client_secret=env.ASANA_CLIENT_SECRET),
        },
    },
}


def _named(*aliases: str) -> list[str]:
    return [alias for alias in aliases if alias]


SERVED_BY = {
    "speech": env.SPEECH_PROVIDERS
    or _named(
        "gemini" if env.GEMINI_KEY else "",
        "rapidapi" if env.RAPIDAPI_SPEECH_URL and not env.GEMINI_KEY else "",
        "whisper",
    ),
    "diarization": env.DIARIZATION_PROVIDERS or ["community1"],
    "language": env.LANGUAGE_PROVIDERS
    or _named("gemini" if env.GEMINI_KEY else "", "openai" if env.LLM_BASE_URL else "", "local"),
    "tickets": _named(
        env.TICKETS_PROVIDER or ("jira" if env.JIRA_BASE_URL else "asana" if env.ASANA_TOKEN else "")
    ),
    "mail": _named(env.MAIL_PROVIDER)
    or _named("smtp" if env.SMTP_HOST else "sendgrid" if env.SENDGRID_API_KEY else ""),
    "chat": _named(env.CHAT_PROVIDER)
    or _named("slack" if env.SLACK_BOT_TOKEN else "slack_webhook" if env.SLACK_WEBHOOK_URL else ""),
    "calendars": _named(env.CALENDAR_PROVIDER),
    "documents": _named(env.DOCUMENTS_PROVIDER),
    "bots": env.BOTS_PROVIDER,
    "webhooks": ["standard"],
    "consent": _named(
        "google" if env.GOOGLE_CLIENT_ID else "",
        "microsoft" if env.MICROSOFT_CLIENT_ID else "",
        "atlassian" if env.ATLASSIAN_CLIENT_ID else "",
        "asana" if env.ASANA_CLIENT_ID else "",
    ),
    "identity": _named(
        "microsoft" if env.MICROSOFT_CLIENT_ID else "", "google" if env.GOOGLE_CLIENT_ID else ""
    ),
}
