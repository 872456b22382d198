import pytest

from tools.clean._checks.email_addresses import mask_email_addresses


@pytest.mark.parametrize(
    "text, masked",
    [
        ("write to jane.doe@example.com.", "write to <EMAIL>."),
        ("<joe@x.org>, (ann@x.org)", "<EMAIL>, (<EMAIL>)"),
        ("jörg@müller.de!", "<EMAIL>!"),
        ("first.last+tag@sub.domain.example.museum", "<EMAIL>"),
        ("a@x.com,b@y.co.uk;c@z.io", "<EMAIL>,<EMAIL>;<EMAIL>"),
        ("mailto:joe@x.org", "mailto:<EMAIL>"),
        ("o'neil@x.ie and 'pat@x.ie'", "<EMAIL> and '<EMAIL>'"),
        ("JOE@X.COM's inbox", "<EMAIL>'s inbox"),
        ("jane [at] example [dot] com", "<EMAIL>"),
        ("jane(at)example.com please", "<EMAIL> please"),
        ("my mail is jane at example dot com", "my mail is <EMAIL>"),
        ("root@[192.168.0.1]", "<EMAIL>"),
    ],
)
def test_addresses_are_masked_as_people_write_them(text: str, masked: str):
    assert mask_email_addresses(text) == masked
    assert mask_email_addresses(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "ask @joe_bloggs",
        "user@host",
        "3 @ 4.50 each",
        "logo@2x.png",
        "git@github.com:joe/tool.git",
        "https://name:secret@host.example/path",
        "meet at the dot com shop",
        "I shop at example dot com",
        "@media (min-width: 3em)",
        "x @ y.z",
    ],
)
def test_what_only_looks_like_an_address_stays(text: str):
    assert mask_email_addresses(text) == text
