import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.addresses import (
    _hashed,
    ascii_domain,
    companies,
    earlier_id,
    email_domain,
    email_domains,
    forms,
    lead_id,
    linkedin_page,
    namesake,
    normalise,
    parent_domains,
    shared,
)


@pytest.mark.parametrize(
    ("email", "normal"),
    [
        (" Jane.Doe@ACME.com ", "jane.doe@acme.com"),
        ("jane+news@acme.com", "jane@acme.com"),
        ("jane+a+b@acme.com", "jane@acme.com"),
        ("jane@Müller.de", "jane@xn--mller-kva.de"),
        ("jane@xn--mller-kva.de", "jane@xn--mller-kva.de"),
        ("jane@acme。com", "jane@acme.com"),
        ("jane@acme.com.", "jane@acme.com"),
        ("JÖRG@acme.com", "jörg@acme.com"),
        ("jo\u0308rg@acme.com", "jörg@acme.com"),
        ('"jane.doe"@acme.com', "jane.doe@acme.com"),
        ('"jane+x"@acme.com', "jane@acme.com"),
        ('"Jane Doe"@acme.com', '"jane doe"@acme.com'),
        ('"a@b"@acme.com', '"a@b"@acme.com'),
        ("Jane Doe <Jane@acme.com>", "jane@acme.com"),
        ("<jane@acme.com>", "jane@acme.com"),
        ("mailto:jane@acme.com?subject=x", "jane@acme.com"),
        ("MAILTO:jane@acme.com", "jane@acme.com"),
        ("jane @ acme.com", "jane@acme.com"),
        ("ｊａｎｅ＠ａｃｍｅ．ｃｏｍ", "jane@acme.com"),
        ("ja\u200bne@ac\u00adme.com\ufeff", "jane@acme.com"),
        ("\u202ajane@acme.com\u202c", "jane@acme.com"),
        ("jane@acme\u200d.com", "jane@acme.com"),
        ("jane@ACME．COM。", "jane@acme.com"),
        ("jane@XN--MLLER-KVA.de", "jane@xn--mller-kva.de"),
        ("jane@ΕΛΛΑΣ-NEWS.example", "jane@xn---news-c9d1a2ca5f.example"),
        ("jane@ελλας-news.example", "jane@xn---news-c9d1a2ca5e.example"),
        ("jane@STRAẞE.de", "jane@xn--strae-oqa.de"),
        ("jane@straße.de", "jane@xn--strae-oqa.de"),
        ("jane@İstanbul.com", "jane@xn--istanbul-o0e.com"),
        ("jane@xn--zz--.de", "jane@xn--zz--.de"),
        ("jane@bad_ü.de", "jane@bad_ü.de"),
        ("J.a.n.e+x@Gmail.com", "jane@gmail.com"),
        ("jane@googlemail.com", "jane@gmail.com"),
        ('"ja.ne"@googlemail.com', "jane@gmail.com"),
        ("ja.ne@gmail.example", "ja.ne@gmail.example"),
        ("+jane@acme.com", "+jane@acme.com"),
        ("N/A", "n/a"),
        ("", ""),
    ],
)
def test_an_address_has_one_form(email, normal):
    assert normalise(email) == normal


@given(st.text(max_size=60) | st.emails())
def test_the_one_form_stays_as_it_is(email):
    assert normalise(normalise(email)) == normalise(email)


@pytest.mark.parametrize(
    ("email", "domain"),
    [("Jane@Mail.ACME.com", "mail.acme.com"), ("jane@müller.de", "xn--mller-kva.de"), ("jane", ""), ("jane@", "")],
)
def test_the_domain_of_an_address_is_ascii(email, domain):
    assert email_domain(email) == domain


@pytest.mark.parametrize(
    ("domain", "parents"),
    [
        ("a.b.example.com", ("a.b.example.com", "b.example.com", "example.com")),
        ("example.com", ("example.com",)),
        ("localhost", ("localhost",)),
        ("", ()),
    ],
)
def test_the_parents_of_a_domain_go_down_to_two_labels(domain, parents):
    assert parent_domains(domain) == parents


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ja.ne@gmail.com", "ja.ne@gmail.com"),
        ("Ja.Ne+x@googlemail.com", "ja.ne@googlemail.com"),
        ("ja.ne@googlemail.com", "ja.ne@gmail.com"),
        ("jane@gmail.com", "jane@googlemail.com"),
        ("jane@ΕΛΛΑΣ.example", "jane@" + ascii_domain("ελλας.example")),
        ("jane@ελλας.example", "jane@" + ascii_domain("ΕΛΛΑΣ.example")),
    ],
)
def test_what_an_earlier_version_kept_of_an_address_is_among_its_forms(one, other):
    assert other in forms(one)
    assert forms(one)[0] == normalise(one)


def test_most_addresses_have_one_form_only():
    assert forms("Jane+x@Acme.com") == ("jane@acme.com",)


@given(st.text(max_size=60) | st.emails())
def test_every_text_has_forms_and_domains(email):
    assert forms(email)[0] == normalise(email)
    assert "" not in email_domains(email)


def test_an_address_can_be_stopped_by_each_of_its_domains():
    assert email_domains("jane@Mail.ACME.com") == ("mail.acme.com", "acme.com")
    assert email_domains("jane@googlemail.com") == ("gmail.com", "googlemail.com")
    assert ascii_domain("ελλας.example") in email_domains("jane@ΕΛΛΑΣ.example")
    assert email_domains("jane") == ()


def identity(
    email: str | None = None, url: str | None = None, name: str | None = None, domain: str | None = None
) -> str | None:
    return lead_id(1, email, url, name, domain)


def test_an_id_is_26_small_letters_and_digits():
    assert re.fullmatch("[a-z2-7]{26}", identity("jane@acme.com") or "")


def test_an_id_never_changes():
    # Ids are keys of stored leads: another value here would make every known person new.
    assert identity("jane@acme.com") == "o5ljx42ft6zfqybdwgkhii2idm"


def test_another_campaign_has_another_id():
    assert lead_id(2, "jane@acme.com", None, None, None) != identity("jane@acme.com")


@pytest.mark.parametrize("email", ["JANE@Acme.com", " jane@acme.com", "jane+x@acme.com"])
def test_the_same_address_is_the_same_person(email):
    assert identity(email) == identity("jane@acme.com")


def test_the_address_goes_before_all_else():
    assert identity("jane@acme.com", "linkedin.com/in/jane", "Jane", "acme.com") == identity("jane@acme.com")


def test_a_lead_that_an_earlier_version_added_is_found_by_its_id_of_then():
    then = "email:ja.ne@googlemail.com"
    assert earlier_id(1, "Ja.Ne+x@Googlemail.com") == _hashed(1, then) != identity("ja.ne@googlemail.com")
    assert [earlier_id(1, email) for email in ("jane@gmail.com", "ja.ne@acme.com", "n/a", "", None)] == [None] * 5


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/in/jane-doe/",
        "http://linkedin.com/in/Jane-Doe",
        "https://de.linkedin.com/in/jane-doe?utm_source=x",
        "linkedin.com/in/jane-doe#about",
        "https://www.linkedin.com/in/jane-doe/details/experience/",
        "https://www.linkedin.com/in/jane%2Ddoe",
    ],
)
def test_the_same_linkedin_page_is_the_same_person(url):
    assert identity(url=url) == identity(url="https://www.linkedin.com/in/jane-doe")


def test_two_linkedin_pages_are_two_people():
    assert identity(url="linkedin.com/in/jane") != identity(url="linkedin.com/in/jane-doe")


@pytest.mark.parametrize("url", ["https://www.linkedin.com/company/acme", "https://notlinkedin.com/in/jane", "n/a", ""])
def test_what_is_no_person_s_page_is_no_identity(url):
    assert identity(url=url) is None


@pytest.mark.parametrize(
    ("name", "domain"),
    [("JANE  doe", "acme.com"), ("Jane Doe", "https://www.ACME.com/about"), (" Jane Doe ", "acme.com.")],
)
def test_the_same_name_at_the_same_company_is_the_same_person(name, domain):
    assert identity(name=name, domain=domain) == identity(name="Jane Doe", domain="acme.com")


@pytest.mark.parametrize(
    ("email", "name", "domain"),
    [
        (None, "Jane", None),
        (None, None, "acme.com"),
        ("n/a", None, None),
        ("@acme.com", "", "acme.com"),
        (None, "Jane", "acme"),
    ],
)
def test_nothing_says_who_it_is(email, name, domain):
    assert identity(email, None, name, domain) is None


def test_a_row_without_a_real_address_is_known_by_its_linkedin_page():
    assert identity("n/a", "linkedin.com/in/jane") == identity(None, "linkedin.com/in/jane")


@given(*[st.none() | st.text(max_size=40)] * 4)
def test_no_text_breaks_an_id(email, url, name, domain):
    assert identity(email, url, name, domain) == identity(email, url, name, domain)


def test_a_page_and_a_name_are_compared_as_in_ids():
    assert linkedin_page("https://de.linkedin.com/in/Jane-Doe/?x=1") == linkedin_page("linkedin.com/in/jane-doe")
    assert namesake("JANE  doe", "https://www.ACME.com/about") == namesake("Jane Doe", "acme.com")


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("Jane", None),
        (None, "acme.com"),
        ("Jane", "gmail.com"),
        ("Jane", "https://www.Facebook.com/acme"),
        ("Jane", "x"),
    ],
)
def test_who_has_no_name_or_no_company_of_its_own_has_no_namesakes(name, domain):
    assert namesake(name, domain) is None


@pytest.mark.parametrize("domain", ["ΕΛΛΑΣ-NEWS.example", "https://www.ελλασ-news.example/x", "ελλασ-NEWS.example."])
def test_a_company_s_domain_is_compared_in_the_form_of_addresses(domain):
    assert companies("jane@ΕΛΛΑΣ-NEWS.example", domain) == (ascii_domain("ΕΛΛΑΣ-NEWS.example"),)


@pytest.mark.parametrize(
    "domain",
    [
        "tutanota.com",
        "tuta.io",
        "proton.me",
        "mailbox.org",
        "posteo.net",
        "fastmail.fm",
        "ann.fastmail.com",
        "hey.com",
        "duck.com",
        "mozmail.com",
        "x.mozmail.com",
        "privaterelay.appleid.com",
        "yandex.kz",
        "inbox.ru",
        "internet.ru",
        "rambler.ru",
        "vip.163.com",
        "wo.cn",
        "naver.com",
        "docomo.ne.jp",
        "i.softbank.jp",
        "rediffmail.com",
        "tin.it",
        "laposte.net",
        "bbox.fr",
        "arcor.de",
        "volny.cz",
        "tlen.pl",
        "telenet.be",
        "hetnet.nl",
        "hispeed.ch",
        "aon.at",
        "comhem.se",
        "terra.es",
        "bol.com.br",
        "plusnet.co.uk",
        "windstream.net",
        "tampabay.rr.com",
        "videotron.ca",
        "optusnet.com.au",
        "xtra.co.nz",
        "hotmail.co.nz",
        "live.com.mx",
        "yahoo.com.ph",
        "inbox.lv",
        "ukr.net",
        "abv.bg",
        "citromail.hu",
        "sapo.pt",
        "walla.co.il",
        "engineer.com",
    ],
)
def test_hosts_of_private_mailboxes_are_no_company(domain):
    assert shared(domain)
    assert companies(f"jane@{domain}", f"www.{domain}") == ()


@pytest.mark.parametrize("domain", ["acme.com", "mail.acme.com", "fastmail.example", "sap.com", "bmw.de", "orange.com"])
def test_companies_are_not_shared(domain):
    assert not shared(domain)


def test_the_kept_list_has_one_form_and_holds_no_domain_twice():
    table = files("cam.text").joinpath("mail_hosts.tsv").read_text("utf-8")
    listed = [one for line in table.splitlines() if line[:1] != "#" for one in line.partition("\t")[2].split()]
    assert len(listed) == len(set(listed)) > 3000
    assert [one for one in listed if ascii_domain(one.removeprefix("*.")) != one.removeprefix("*.")] == []


def test_free_mail_and_everybody_s_pages_are_shared():
    assert shared("gmail.com")
    assert shared("linkedin.com")
    assert not shared("acme.com")
