"""How passwords are stored: argon2id, tuned to at most 100 ms of processor time a sign-in."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2(Argon2PasswordHasher):
    """46 MiB and one pass on one lane, the first of OWASP's recommended settings; older hashes are renewed."""

    memory_cost = 47104
    time_cost = 1
    parallelism = 1
