"""The base of every value: one canonical form."""

import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from lifecycle.value import canonical

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
PLAIN = st.recursive(SCALARS, lambda some: st.lists(some) | st.dictionaries(st.text(), some), max_leaves=12)


@given(st.dictionaries(st.text(), PLAIN))
@example({"\U0001f600": 1, "\uffee": 2, "z": [1.0, 1e16, 1e-7, -0.0, {"1:1.5": 2**53 - 1}]})
def test_the_canonical_form_is_that_of_rfc_8785(plain: dict[str, object]) -> None:
    assert canonical(plain) == rfc8785.dumps(plain)  # type: ignore[arg-type]
