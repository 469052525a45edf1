"""A bundle that is cut into parts comes out whole, whatever order, repetition or end of the receiver comes between."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.courier import parts
from scanner.courier.envelope import seal
from scanner.courier.message import MAX_MESSAGE, Part
from scanner.courier.parts import MIN_BUNDLE_OCTETS, PART_OCTETS, Inbox, PartRefusal, PartRefusedError, parts_of
from scanner.store.bundles.signing import new_private_key
from tests.unit.fleet_sites import KilledError

SMALL = 7


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of seven octets."""
    monkeypatch.setattr(parts, "PART_OCTETS", SMALL)


def cut(bundle: bytes, collector: str = "lon1", site: str = "LON") -> list[Part]:
    return list(parts_of(bundle, site, collector))


def refusal(inbox: Inbox, part: Part) -> PartRefusal:
    with pytest.raises(PartRefusedError) as raised:
        inbox.take(part)
    assert "slice is ordered again" in str(raised.value)
    return raised.value.reason


def test_the_largest_part_fits_into_a_message() -> None:
    (part, last) = cut(os.urandom(2 * PART_OCTETS))
    assert part.size == 2 * PART_OCTETS
    assert len(seal(part, new_private_key())) < MAX_MESSAGE
    assert len(seal(last.model_copy(update={"site": "S" * 32, "collector": "c" * 32}), new_private_key())) < MAX_MESSAGE


def test_no_bundle_is_cut_into_a_part_without_octets(small: None) -> None:
    for size in range(1, 200):
        cut_parts = cut(b"x" * size)
        assert [part.number for part in cut_parts] == list(range(1, cut_parts[0].of + 1))
        assert all(part.octets for part in cut_parts)
    with pytest.raises(ValueError, match="empty"):
        cut(b"")


@settings(max_examples=40)
@given(
    bundles=st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=4, unique=True),
    seed=st.randoms(use_true_random=False),
    reopened=st.booleans(),
)
def test_any_order_and_any_repetition_make_the_same_bundles(
    tmp_path_factory: pytest.TempPathFactory, bundles: list[bytes], seed: object, reopened: bool
) -> None:
    folder = tmp_path_factory.mktemp("inbox")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "PART_OCTETS", SMALL)
        patch.setattr(os, "fsync", lambda descriptor: None)  # no power is cut here
        sent = [part for bundle in bundles for part in cut(bundle)] * 2
        seed.shuffle(sent)  # type: ignore[attr-defined]
        inbox, came = Inbox(folder), set()
        for part in sent:
            inbox = Inbox(folder) if reopened else inbox
            whole = inbox.take(part)
            if whole is not None:
                came.add(whole)
        assert {path.read_bytes() for path in came} == set(bundles)
        assert set(inbox.whole()) == came
        assert not list((folder / "half").glob("*/*/*"))


@settings(max_examples=40)
@given(bundle=st.binary(min_size=8, max_size=60), lost=st.integers(min_value=0, max_value=8))
def test_a_bundle_without_one_of_its_parts_is_not_there(
    tmp_path_factory: pytest.TempPathFactory, bundle: bytes, lost: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "PART_OCTETS", SMALL)
        patch.setattr(os, "fsync", lambda descriptor: None)  # no power is cut here
        sent = cut(bundle)
        inbox = Inbox(tmp_path_factory.mktemp("inbox"))
        missing = sent.pop(lost % len(sent))
        assert [inbox.take(part) for part in sent] == [None] * len(sent)
        assert inbox.whole() == ()
        whole = inbox.take(missing)
        assert whole is not None
        assert whole.read_bytes() == bundle


def test_each_file_may_be_lost_and_its_part_brings_it_again(small: None, tmp_path: Path) -> None:
    bundle = bytes(range(40))
    sent = cut(bundle)
    for lost in range(len(sent)):
        inbox = Inbox(tmp_path / str(lost))
        for part in sent[:-1]:
            inbox.take(part)
        (file,) = (tmp_path / str(lost)).glob(f"half/LON/lon1/*/{lost + 1:06}") if lost < len(sent) - 1 else [None]
        if file is not None:
            file.unlink()
            assert inbox.take(sent[-1]) is None
        whole = inbox.take(sent[lost])
        assert whole is not None
        assert whole.read_bytes() == bundle


@pytest.mark.parametrize("call", range(1, 40))
def test_a_receiver_killed_at_any_call_of_the_disk_loses_nothing(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """The part whose receiver ended comes again, as a courier brings it."""
    bundle, calls = bytes(range(17)), 0

    class Killed(BaseException): ...

    def counted(name: str, real: object) -> object:
        def instead(*given: object, **words: object) -> object:
            nonlocal calls
            calls += 1
            if calls == call:
                raise Killed
            return real(*given, **words)  # type: ignore[operator]

        return instead

    came = []
    with monkeypatch.context() as patch:
        for module, name in ((os, "fsync"), (os, "open"), (Path, "replace"), (Path, "mkdir")):
            patch.setattr(module, name, counted(name, getattr(module, name)))
        patch.setattr(Path, "unlink", lambda *given, **words: None)  # what is killed removes nothing
        for part in cut(bundle):
            for _ in range(2):
                try:
                    came.append(Inbox(tmp_path).take(part))
                    break
                except Killed:
                    continue
    assert came[-1] is not None
    assert came[-1].read_bytes() == bundle


def test_a_receiver_that_is_killed_beside_another_harms_no_bundle(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of one inbox have the last two parts at the same moment, and put the bundle together both."""
    first, last = cut(b"0123456789")
    inbox, real = Inbox(tmp_path), os.fsync
    inbox.take(first)

    def be_killed(_: Path) -> bytes:
        raise KilledError

    def fsync(descriptor: int) -> None:
        real(descriptor)
        if os.fstat(descriptor).st_size == 10:
            monkeypatch.setattr(os, "fsync", real)
            with monkeypatch.context() as patch, pytest.raises(KilledError):
                patch.setattr(Path, "read_bytes", be_killed)
                Inbox(tmp_path).take(last)

    monkeypatch.setattr(os, "fsync", fsync)
    whole = inbox.take(last)
    assert whole is not None
    assert whole.read_bytes() == b"0123456789"


def test_a_bundle_that_another_receiver_puts_together_meanwhile_is_there(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last = cut(b"0123456789")
    inbox, real = Inbox(tmp_path), os.fsync
    inbox.take(first)

    def fsync(descriptor: int) -> None:
        real(descriptor)
        if os.fstat(descriptor).st_size == 10:
            monkeypatch.setattr(os, "fsync", real)
            assert Inbox(tmp_path).take(last) is not None

    monkeypatch.setattr(os, "fsync", fsync)
    whole = inbox.take(last)
    assert inbox.whole() == (whole,)
    assert not list((tmp_path / "half").glob("*/*/*"))


def test_a_collector_cannot_touch_the_bundle_of_another(small: None, tmp_path: Path) -> None:
    inbox, bundle = Inbox(tmp_path), b"a bundle of lon1"
    first, second, *others = cut(bundle)
    for collector, site in (("lon2", "LON"), ("lon1", "MAN")):
        assert (
            inbox.take(first.model_copy(update={"collector": collector, "site": site, "octets": second.octets})) is None
        )
    whole = [inbox.take(part) for part in (first, second, *others)][-1]
    assert whole is not None
    assert whole.read_bytes() == bundle


def test_parts_with_wrong_numbers_sizes_and_digests_are_refused(small: None, tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    first, second, third = cut(b"x" * 20)
    assert refusal(inbox, first.model_copy(update={"number": 4})) is PartRefusal.NUMBER
    assert refusal(inbox, first.model_copy(update={"of": 6, "size": 10})) is PartRefusal.NUMBER
    assert refusal(inbox, first.model_copy(update={"octets": third.octets})) is PartRefusal.SIZE
    assert refusal(inbox, first.model_copy(update={"octets": "not base64!"})) is PartRefusal.SIZE
    assert refusal(inbox, first.model_copy(update={"octets": "é"})) is PartRefusal.SIZE
    crumb = first.model_copy(update={"of": 20, "octets": "eA=="})  # a file for each octet
    assert refusal(inbox, crumb) is PartRefusal.NUMBER
    assert not tmp_path.joinpath("half").exists()
    inbox.take(first)
    inbox.take(second.model_copy(update={"octets": cut(b"y" * 20)[1].octets}))
    assert refusal(inbox, third) is PartRefusal.DIGEST
    assert [inbox.take(part) is None for part in (first, second, third)] == [True, True, False]


def test_what_a_site_and_what_all_sites_may_fill_is_bounded(small: None, tmp_path: Path) -> None:
    inbox = Inbox(tmp_path, max_site=3 * MIN_BUNDLE_OCTETS, max_all=4 * MIN_BUNDLE_OCTETS)
    first, second, third, fourth = (cut(bytes([number]) * 20) for number in range(4))
    for part in (*first, second[0], third[0]):
        inbox.take(part)
    assert inbox.octets() == {"LON": 3 * MIN_BUNDLE_OCTETS}
    assert refusal(inbox, fourth[0]) is PartRefusal.SITE_FULL
    assert inbox.take(cut(b"z" * 20, site="MAN")[0]) is None
    assert refusal(inbox, cut(b"y" * 20, site="MAN")[0]) is PartRefusal.INBOX_FULL
    assert inbox.take(second[1]) is None  # a bundle that was let in is let in wholly
    (whole,) = inbox.whole()
    assert hashlib.sha256(whole.read_bytes()).hexdigest() == first[0].sha256
    inbox.done(whole)
    assert inbox.take(fourth[0]) is None


def test_a_large_bundle_counts_by_the_size_it_states(tmp_path: Path) -> None:
    part = Part(site="LON", collector="lon1", sha256="0" * 64, size=2**31, number=1, of=2**14, octets="")
    inbox = Inbox(tmp_path, max_site=2**30)
    octets = part.model_copy(update={"octets": "A" * 174_764})  # 131,073 octets
    assert refusal(inbox, octets) is PartRefusal.SIZE
    fitting = part.model_copy(update={"octets": "A" * 174_763 + "="})
    assert refusal(inbox, fitting) is PartRefusal.SITE_FULL


def test_a_half_done_bundle_goes_after_a_week_without_a_part(small: None, tmp_path: Path) -> None:
    first, second, third = cut(b"x" * 20)
    now = 0.0
    inbox = Inbox(tmp_path, clock=lambda: now)
    inbox.take(first)
    (half,) = tmp_path.glob("half/*/*/*")
    now = half.stat().st_mtime + 7 * 86_400 - 1
    inbox.remove_old()
    assert half.exists()
    now += 2
    inbox.take(cut(b"y" * 20)[0])
    assert not half.exists()
    assert [inbox.take(part) for part in (second, third)] == [None, None]


def test_files_in_the_inbox_are_for_their_owner_only(small: None, tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox")
    for part in cut(b"x" * 20):
        inbox.take(part)
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "inbox").rglob("*")} == {0}
