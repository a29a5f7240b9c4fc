from saudagar.payments.tests.cast import sandbox, sandbox_server

__all__ = ["sandbox", "sandbox_server"]
