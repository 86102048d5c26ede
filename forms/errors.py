"""The error family whose messages are written for the person at the screen."""


class UserError(Exception):
    """Something a person can cause and mend.

    The message is one plain Chinese sentence: what is wrong, what was kept, what to do next.
    Screens show it as it stands; commands print it to standard error and exit with status 2.
    """


class RuleRefusal(UserError):
    """Refused because the dossier breaks a rule, not because the call was wrong."""
