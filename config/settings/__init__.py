"""Settings: `base` holds what is true everywhere, `dev` and `prod` differ in strictness, `test` in engines.

`DJANGO_SETTINGS_MODULE=config.settings` picks `prod` under NODE_ENV=production and `dev` otherwise.
"""

from config import env

if env.NODE_ENV == "production":
    from .prod import *  # noqa: F403
else:
    from .dev import *  # noqa: F403
