import pytest

pytest.register_assert_rewrite("paper_claims")

import paper_claims  # noqa: E402


def pytest_generate_tests(metafunc):
    if hasattr(metafunc.module, "PAPERS"):
        paper_claims.said(metafunc)
