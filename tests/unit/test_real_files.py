"""Files as tools export them and people save them again: what stands above the table, delimiters and headers."""

import pytest

from cam.leads import columns, csvfile, intake
from cam.model.errors import Invalid
from cam.model.models import LeadDraft


def leads(data: bytes) -> list[LeadDraft]:
    facts = csvfile.check(data)
    meaning = columns.mapping(facts.header, None, facts.decimals)
    found = []
    for row in csvfile.rows(data, facts):
        assert row.error is None, row
        lead = intake.draft(row.cells, meaning)
        assert isinstance(lead, LeadDraft), lead
        found.append(lead)
    return found


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        csvfile.check(data)
    return str(refusal.value)


TABLE = "First Name,Last Name,Email\nAnn,Lee,ann@acme.example\n"


@pytest.mark.parametrize(
    "above",
    [
        'Notes:\n"When exporting, some addresses\nmay be missing."\n\n',
        "Report: Contacts\nGenerated on 30 Nov 2026, 09:00\n\n",
        "My leads\n",
        "\n\n,,\n,,\n",
        '"Filtered by: Account Name equals Acme"\n"Rows: 1"\n\n',
        "Kontakte,,\nStand: 30.11.2026,,\n,,\n",
        "sep=,\n\nLeads of November\n",
        "\ufeffTitle of the sheet\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_header_is_looked_for_below_titles_and_notes(above, end):
    data = (above + TABLE).replace("\n", end).encode()

    (lead,) = leads(data)
    (row,) = csvfile.rows(data, csvfile.check(data))

    assert (lead.first_name, lead.last_name, lead.email) == ("Ann", "Lee", "ann@acme.example")
    assert row.line == (above + TABLE).count("\n")


def test_a_row_is_never_taken_for_the_header():
    data = b"Email,Note\nann@acme.example,x\nName,Company\n"

    assert csvfile.check(data).header == ("Email", "Note")


@pytest.mark.parametrize(
    "data",
    [b"Ann,Lee,ann@acme.example\nBob,Ray,bob@acme.example\n", b"ann@acme.example\n", b"Ann;ann@acme.example;CEO\n"],
)
def test_a_file_without_a_header_says_so(data):
    assert "Line 1 has the email address 'ann@acme.example' where the names of the columns should be." in refused(data)


@pytest.mark.parametrize(
    "first",
    [
        "sep=;",
        '"sep=;"',
        "sep=;;;;",
        "SEP=;",
        "\ufeffsep=;",
        "sep=;\t",
        "sep =;",
        '"sep=;";;',
        "sep=,",
        "sep=\\t",
        "sep=|,,",
    ],
)
def test_the_table_goes_before_what_the_first_line_declares(first):
    (lead,) = leads(f"{first}\nname;email\nAnn Lee;ann@acme.example\n".encode())

    assert (lead.name, lead.email) == ("Ann Lee", "ann@acme.example")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_blanks_around_quotation_marks_are_none_of_the_text(delimiter):
    rows = [
        ["email ", ' "company"  ', "role"],
        ["a@x.example", '  "Acme, Inc; one|two"   ', ' "CEO" '],
        ["b@x.example  ", '\xa0"Bee ""B"" GmbH"\xa0', "CTO"],
    ]
    data = "\r\n".join(delimiter.join(cells) for cells in rows).encode()

    found = leads(data)

    assert [lead.company for lead in found] == ["Acme, Inc; one|two", 'Bee "B" GmbH']
    assert [lead.role for lead in found] == ["CEO", "CTO"]


def test_a_quoted_cell_over_several_lines_may_have_blanks_behind_it():
    data = b'email,note,company\na@x.example,"one\ntwo" , Acme\nb@x.example,x,Bee\n'

    facts = csvfile.check(data)
    found = list(csvfile.rows(data, facts))

    assert [(row.line, row.cells) for row in found] == [
        (2, ["a@x.example", "one\ntwo", "Acme"]),
        (4, ["b@x.example", "x", "Bee"]),
    ]
    assert list(csvfile.rows(data, facts, found[0].after)) == found[1:]


def test_text_behind_a_quotation_mark_still_costs_its_row():
    data = b'email,company\na@x.example,"Acme" Inc \nb@x.example,Bee\n'

    first, second = csvfile.rows(data, csvfile.check(data))

    assert (first.error, second.error) == ("there is text after a closing quotation mark", None)


PERSON = ("Zoé", "Lee", "Acme", "z@acme.example", "CEO")


@pytest.mark.parametrize(
    "header",
    [
        "Vorname;Nachname;Firma;E-Mail-Adresse;Position",
        "Vorname;Name;Unternehmen;E-Mail;Funktion",
        "Prénom;Nom;Entreprise;Adresse e-mail;Poste",
        "PRENOM;NOM DE FAMILLE;SOCIETE;COURRIEL;FONCTION",
        "Nombre;Apellidos;Empresa;Correo electrónico;Cargo",
        "Nombre;Apellido;Compañía;Correo;Puesto",
        "Nome;Cognome;Azienda;Posta elettronica;Ruolo",
        "Voornaam;Achternaam;Bedrijf;E-mailadres;Functie",
        "Voornaam;Naam;Organisatie;E-mail;Functietitel",
        "Nome;Sobrenome;Empresa;E-mail;Cargo",
        "Given Name;Family Name;Organization Name;E-mail 1 - Value;Organization Title",
        "First Name;Last Name;Company;E-mail Address;Job Title",
        "Person - First Name;Person - Last Name;Organization - Name;Person - Email - Work;Person - Job Title",
        "firstName;lastName;companyName;email;jobTitle",
        "FNAME;LNAME;COMPANY;Email Address;TITLE",
        "Имя;Фамилия;Компания;Электронная почта;Должность",
    ],
)
def test_headers_in_many_languages_and_of_many_tools_are_known(header):
    (lead,) = leads(f"{header}\n{';'.join(PERSON)}\n".encode())

    assert (lead.first_name, lead.last_name, lead.company, lead.email, lead.role) == PERSON
    assert columns.unknown(header.split(";")) == []


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Branche", "industry"),
        ("Secteur d'activité", "industry"),
        ("Settore", "industry"),
        ("Mitarbeiterzahl", "employee_count"),
        ("Effectif", "employee_count"),
        ("Nº de empleados", "employee_count"),
        ("Dipendenti", "employee_count"),
        ("Aantal medewerkers", "employee_count"),
        ("Umsatz (EUR)", "annual_revenue"),
        ("Chiffre d'affaires", "annual_revenue"),
        ("Facturación", "annual_revenue"),
        ("Fatturato", "annual_revenue"),
        ("Omzet", "annual_revenue"),
        ("Land", "country"),
        ("Pays", "country"),
        ("País", "country"),
        ("Paese", "country"),
        ("Ort", "city"),
        ("Ville", "city"),
        ("Ciudad", "city"),
        ("Città", "city"),
        ("Plaats", "city"),
        ("Bundesland", "state"),
        ("Provincia", "state"),
        ("Webseite", "company_domain"),
        ("Site web", "company_domain"),
        ("Página web", "company_domain"),
        ("Sito web", "company_domain"),
        ("LinkedIn-Profil", "linkedin_url"),
        ("Fuseau horaire", "time_zone"),
        ("Zona horaria", "time_zone"),
        ("Karrierestufe", "job_level"),
        ("Schlagwörter", "tags"),
        ("Name", "name"),
        ("Nom", "name"),
        ("Nombre", "name"),
        ("Ansprechpartner", "name"),
        ("Telefon", None),
        ("Anrede", None),
        ("Titel", None),
        ("Teléfono", None),
    ],
)
def test_what_a_header_means(header, field):
    known = {place: field for place, field, _ in columns.mapping([header]).known}

    assert known.get(0) == field


def test_a_name_beside_a_first_name_is_the_family_name_where_that_is_usual():
    fields = {
        name: columns.mapping(header).known
        for name, header in {"de": ["Vorname", "Name"], "en": ["First Name", "Name"]}.items()
    }

    assert [field for _, field, _ in fields["de"]] == ["first_name", "last_name"]
    assert {field for _, field, _ in fields["en"]} == {"first_name", "name"}


def test_a_file_of_which_nothing_is_known_names_its_columns():
    text = refused("Šablona;Vardas\nx;y\n".encode())

    assert "among “Šablona”, “Vardas”" in text
    assert '{"Šablona": "email"}' in text


def test_names_that_were_torn_before_the_upload_are_not_printed():
    (lead,) = leads("First Name,Company,Email\nJ\ufffdrgen,M\ufffdller AG,j@x.example\n".encode())

    assert (lead.first_name, lead.company) == (None, None)
    assert {warning.field for warning in intake.warnings(lead)} == {"first_name", "company"}


def test_names_that_were_encoded_twice_are_repaired():
    data = "First Name,Company,Email\nJÃ¼rgen,MÃ¼ller & SÃ¶hne,j@x.example\n".encode()

    (lead,) = leads(data)

    assert (lead.first_name, lead.company) == ("Jürgen", "Müller & Söhne")
    assert csvfile.check(data).twice == "JÃ¼rgen"
