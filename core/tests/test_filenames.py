from hypothesis import given
from hypothesis import strategies as st

from core.filenames import LONGEST, distinct, safe


def test_a_path_loses_its_folders_and_signs_that_some_disk_refuses():
    assert safe("../../etc/passwd", otherwise="x") == "passwd"
    assert safe("C:\\talks\\weekly: sync?.wav", otherwise="x") == "weekly_ sync_.wav"
    assert safe("..", otherwise="recording.wav") == "recording.wav"
    assert safe("con.wav", otherwise="x") == "_con.wav"
    assert safe("Besprechung Köln.m4a", otherwise="x") == "Besprechung Köln.m4a"
    assert safe("a" * 300 + ".wav", otherwise="x") == "a" * (LONGEST - 4) + ".wav"


@given(st.text(max_size=300))
def test_whatever_a_client_calls_a_file_stays_in_its_folder(name):
    made = safe(name, otherwise="recording.wav")
    assert 0 < len(made) <= LONGEST
    assert not set(made) & set('/\\:*?"<>|\0\n')
    assert made.strip(". ") == made


@given(st.lists(st.sampled_from(["a.wav", "A.wav", "a (2).wav", "b", "B"]), max_size=12))
def test_two_files_never_share_a_name_in_any_case(names):
    made = list(distinct(names))
    assert len({name.casefold() for name in made}) == len(names)
    assert list(distinct(made)) == made


def test_the_second_of_two_gets_a_number_before_its_ending():
    assert list(distinct(["talk.wav", "Talk.wav", "talk.wav"])) == [
        "talk.wav",
        "Talk (2).wav",
        "talk (3).wav",
    ]
