"""The headers that CAM knows, in English, German, French, Spanish, Italian, Dutch and some more, and what they mean.

They are those of Apollo, HubSpot, Salesforce, LinkedIn, Pipedrive, Google and Outlook contacts and the like, and those
that people write.
"""

import unicodedata
from collections.abc import Collection

# Field → the headers that mean it, the most telling first. They are compared by `key`, so `E-mail` is `email`.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (
        "Name", "Full Name", "Contact Name", "Lead Name", "Person Name", "Contact Full Name",
        "Display Name", "File As", "Profile Name", "Prospect Name", "Contact Person",
        "Ansprechpartner", "Ansprechpartnerin", "Ansprechperson", "Kontaktperson", "Kontaktname", "Kompletter Name",
        "Vollständiger Name", "Vor- und Nachname", "Vorname Nachname", "Vorname und Nachname", "Name, Vorname",
        "Nom", "Nom complet", "Nom du contact", "Nom et prénom", "Prénom et nom", "Nom prénom", "Prénom nom",
        "Nombre", "Nombre completo", "Nombre y apellidos", "Nombre y apellido", "Nombre del contacto",
        "Persona de contacto", "Contacto",
        "Nome", "Nome completo", "Nome e cognome", "Cognome e nome", "Nome contatto", "Nome do contato", "Referente",
        "Naam", "Volledige naam", "Contactpersoon", "Naam contactpersoon",
        "Imię i nazwisko", "Namn", "Navn", "Nimi", "Jméno a příjmení", "ФИО",
    ),
    "first_name": (
        "First Name", "Given Name", "Forename", "FName", "Contact First Name", "Person - First Name",
        "Lead First Name", "Prospect First Name", "Preferred Name",
        "Vorname", "Vornamen", "Rufname", "Prénom", "Prénoms", "Primer nombre", "Nombre de pila", "Nome di battesimo",
        "Primeiro nome", "Nome próprio", "Voornaam", "Roepnaam", "Imię", "Förnamn", "Fornavn", "Etunimi", "Jméno",
        "Keresztnév", "Prenume", "Ime", "Имя",
    ),
    "last_name": (
        "Last Name", "Surname", "Family Name", "LName", "Contact Last Name", "Person - Last Name",
        "Lead Last Name", "Prospect Last Name",
        "Nachname", "Familienname", "Zuname", "Nom de famille", "Apellido", "Apellidos", "Primer apellido", "Cognome",
        "Apelido", "Apelidos", "Sobrenome", "Último nome", "Achternaam", "Familienaam", "Nazwisko", "Efternamn",
        "Etternavn", "Efternavn", "Sukunimi", "Příjmení", "Priezvisko", "Vezetéknév", "Nume de familie", "Prezime",
        "Priimek", "Soyad", "Soyadı", "Фамилия",
    ),
    "email": (
        "Email", "Email Address", "Work Email", "Business Email", "Primary Email", "Contact Email",
        "Email Address - Other", "Email Address - Work", "Email Address - Home",
        "Work Email Address", "Business Email Address", "Company Email", "Corporate Email", "Professional Email",
        "Verified Email", "Best Email", "Recommended Email", "Person - Email - Work", "Person - Email",
        "Email Work", "Lead Email", "Prospect Email", "Email 1",
        "Email 1 Value", "Email - Primary", "Main Email", "Direct Email", "Current Work Email", "Mail", "Mail Address",
        "Internet Email", "Most Probable Email", "Primary Contact Email",
        "E-Mail-Adresse", "Mailadresse", "E-Mail geschäftlich",
        "Geschäftliche E-Mail", "Geschäftliche E-Mail-Adresse", "Firmen-E-Mail",
        "E-Mail Firma", "E-Mail (Arbeit)", "E-Mail dienstlich", "Elektronische Post",
        "Courriel", "Adresse e-mail", "Adresse mail", "Adresse courriel", "Adresse électronique", "E-mail pro",
        "E-mail professionnel", "Mail professionnel", "Mail pro", "Adresse e-mail professionnelle", "Mél",
        "Correo", "Correo electrónico", "Dirección de correo", "Dirección de correo electrónico",
        "Correo electrónico de trabajo", "Correo del trabajo", "Dirección de email", "Email de trabajo",
        "Email corporativo", "Correo corporativo",
        "Posta elettronica", "Indirizzo email", "Indirizzo mail",
        "Indirizzo di posta elettronica", "Email aziendale", "Email di lavoro",
        "E-mailadres", "Mailadres", "Zakelijk e-mailadres", "Zakelijke e-mail", "E-mail werk",
        "Correio eletrónico", "Endereço de e-mail",
        "Adres e-mail", "E-post", "E-postadress", "E-postadresse", "Sähköposti", "E-mailová adresa",
        "E-posta", "Электронная почта", "Эл. почта", "Почта",
    ),
    "company": (
        # Apollo's name without the legal form, made to be read in a mail.
        "Company Name for Emails", "Cleaned Company Name", "Company", "Company Name", "Company / Account",
        "Associated Company", "Company Name / Associated Company", "Primary Associated Company", "Account",
        "Account Name", "Organization", "Organisation", "Organization Name", "Organisation Name",
        "Organization 1 - Name", "Person - Organization", "Employer", "Current Company",
        "Business", "Business Name", "Firm", "Firm Name", "Current Employer", "Parent Customer", "Lead Company",
        "Prospect Company", "Work Company", "Company (Current)",
        "Firma", "Firmenname", "Name der Firma", "Unternehmen", "Unternehmensname", "Name des Unternehmens", "Betrieb",
        "Arbeitgeber", "Institution", "Name der Organisation", "Kundenname", "Firmenbezeichnung",
        "Entreprise", "Société", "Nom de l'entreprise", "Nom de la société", "Raison sociale", "Nom entreprise",
        "Nom société", "Compte", "Nom du compte", "Nom de l'organisation", "Compagnie", "Employeur",
        "Empresa", "Nombre de la empresa", "Nombre de empresa", "Nombre empresa", "Compañía", "Organización",
        "Razón social", "Sociedad", "Nombre de la organización",
        "Azienda", "Società", "Nome azienda", "Nome dell'azienda", "Nome società", "Ragione sociale", "Impresa",
        "Ditta", "Organizzazione",
        "Bedrijf", "Bedrijfsnaam", "Naam bedrijf", "Onderneming", "Organisatie", "Organisatienaam", "Werkgever",
        "Nome da empresa", "Organização", "Razão social", "Przedsiębiorstwo", "Nazwa firmy", "Företag", "Firmanavn",
        "Bedrift", "Virksomhed", "Yritys", "Společnost", "Spoločnosť", "Cég", "Cégnév", "Companie", "Tvrtka",
        "Podjetje", "Şirket", "Компания", "Организация", "Фирма",
    ),
    "company_domain": (
        "Company Domain", "Company Domain Name", "Domain", "Domain Name", "Website", "Website URL", "Company Website",
        "Company Website Domain", "Company URL", "Company Site", "Web", "Web Page", "Website 1 - Value",
        "Homepage", "Company Homepage", "Organization - Website", "Account Website",
        "Organization Domain", "Email Domain", "Root Domain", "Company Web",
        "Webseite", "Webadresse", "Internetseite", "Internetadresse", "Internet", "Firmenwebseite", "Firmenwebsite",
        "Website Firma", "Domäne", "Firmendomain", "Unternehmenswebsite", "Unternehmenswebseite",
        "Site web", "Site internet", "Site", "Site de l'entreprise", "Site web de l'entreprise", "Adresse web",
        "Domaine", "Nom de domaine",
        "Sitio web", "Página web", "Web de la empresa", "Sitio web de la empresa", "Dominio", "Dominio de la empresa",
        "Sito web", "Sito", "Sito internet", "Sito aziendale", "Dominio aziendale",
        "Bedrijfswebsite", "Websiteadres", "Webadres", "Domein", "Domeinnaam",
        "Site da empresa", "Strona internetowa", "Strona WWW", "Webbplats", "Nettside", "Hjemmeside",
        "Verkkosivu", "Сайт",
    ),
    "role": (
        "Role", "Title", "Job Title", "Position", "Job Role", "Current Title", "Current Position", "Person Title",
        "Contact Title", "Organization Title", "Organization 1 - Title", "Person - Job Title",
        "Headline", "Occupation", "Designation", "Job", "Lead Title", "Prospect Title", "Current Job Title",
        "Job Function Title",
        "Funktion", "Berufsbezeichnung", "Jobtitel", "Stellenbezeichnung", "Stelle", "Beruf", "Tätigkeit", "Rolle",
        "Jobbezeichnung", "Funktionsbezeichnung", "Aktuelle Position",
        "Poste", "Fonction", "Intitulé du poste", "Intitulé de poste", "Titre du poste", "Titre de poste",
        "Métier", "Poste actuel", "Profession",
        "Cargo", "Puesto", "Puesto de trabajo", "Título del puesto", "Posición", "Función", "Ocupación", "Rol",
        "Cargo actual", "Título del trabajo", "Profesión",
        "Ruolo", "Posizione", "Posizione lavorativa", "Qualifica", "Mansione", "Professione", "Titolo professionale",
        "Incarico", "Carica",
        "Functie", "Functietitel", "Functienaam", "Positie", "Beroep", "Rol in bedrijf",
        "Função", "Posição", "Cargo/Função", "Stanowisko", "Befattning", "Titel / Funktion", "Stilling",
        "Tehtävänimike", "Pozice", "Должность",
    ),
    "linkedin_url": (
        "LinkedIn URL", "Person LinkedIn URL", "LinkedIn", "LinkedIn Profile", "LinkedIn Profile URL",
        "LinkedIn Link", "Contact LinkedIn URL", "Contact LinkedIn Profile URL", "LinkedIn Contact Profile URL",
        "Person LinkedIn", "Personal LinkedIn", "Personal LinkedIn URL", "Profile URL", "LinkedIn Profile Link",
        "LinkedIn Public URL", "LinkedIn Public Profile", "Default Profile URL", "LI Profile",
        "LinkedIn Personal URL", "Lead LinkedIn URL", "LinkedIn Member URL", "Public LinkedIn URL",
        "LinkedIn-Profil", "LinkedIn-Adresse", "Profil-URL", "Profil LinkedIn", "Lien LinkedIn",
        "URL LinkedIn", "URL du profil LinkedIn", "Perfil de LinkedIn", "Perfil LinkedIn", "URL de LinkedIn",
        "Profilo LinkedIn", "URL del perfil", "LinkedIn-profiel",
    ),
    "tags": (
        "Tags", "Labels", "Tag", "Label", "Person - Label", "Contact Tags",
        "Schlagwörter", "Schlagworte", "Stichwörter", "Étiquettes", "Mots-clés", "Etiquetas", "Etichette",
        "Trefwoorden",
    ),
    "lawful_basis": ("Lawful Basis", "Legal Basis"),
    "company_size": (
        "Company Size", "Company Headcount Range", "Employee Range", "Employees Range", "Company Employee Range",
        "Company Employee Size", "Employee Size", "Size", "Size Range", "Number of Employees Range", "Headcount Range",
        "Unternehmensgröße", "Firmengröße", "Betriebsgröße", "Größe des Unternehmens", "Mitarbeitergrößenklasse",
        "Taille de l'entreprise", "Taille entreprise", "Tranche d'effectif", "Tranche effectif", "Taille",
        "Tamaño de la empresa", "Tamaño de empresa", "Tamaño", "Dimensione aziendale", "Dimensioni azienda",
        "Dimensione azienda", "Bedrijfsgrootte", "Bedrijfsomvang", "Tamanho da empresa",
    ),
    "employee_count": (
        "Employee Count", "# Employees", "Number of Employees", "No. of Employees", "Headcount",
        "Employees Count", "Company Employee Count", "Company Headcount", "Company Employees", "Total Employees",
        "Num Employees", "Employee Number", "Company Number of Employees", "Organization - Employee Count",
        "Staff Count", "Employees on LinkedIn", "Company LinkedIn Employees", "Company Staff Count",
        "Mitarbeiter", "Mitarbeitende", "Mitarbeiterzahl", "Mitarbeiteranzahl", "Anzahl Mitarbeiter",
        "Anzahl der Mitarbeiter", "Anzahl Mitarbeitende", "Zahl der Mitarbeiter", "Beschäftigte", "Beschäftigtenzahl",
        "Anzahl Beschäftigte", "Belegschaft",
        "Effectif", "Effectifs", "Nombre d'employés", "Nombre de salariés", "Salariés", "Nb salariés", "Nb employés",
        "Nombre de collaborateurs", "Employés",
        "Empleados", "Número de empleados", "Nº de empleados", "Nº empleados", "Núm. de empleados",
        "Cantidad de empleados", "Plantilla", "Trabajadores", "Número de trabajadores",
        "Dipendenti", "Numero dipendenti", "Numero di dipendenti", "N. dipendenti", "Addetti",
        "Numero addetti", "Organico",
        "Medewerkers", "Aantal medewerkers", "Aantal werknemers", "Werknemers", "Personeelsaantal",
        "Funcionários", "Número de funcionários", "Colaboradores", "Liczba pracowników", "Antal anställda",
        "Antall ansatte", "Antal ansatte",
    ),
    "industry": (
        "Industry", "Company Industry", "Primary Industry", "Company Main Industry", "Organization - Industry",
        "Account Industry", "Sector", "Vertical",
        "Branche", "Branchen", "Wirtschaftszweig", "Industrie", "Industriezweig", "Sektor",
        "Secteur", "Secteur d'activité", "Domaine d'activité", "Activité",
        "Industria", "Sector de actividad", "Rubro", "Settore", "Settore di attività", "Comparto", "Bedrijfstak",
        "Setor", "Ramo", "Ramo de atividade", "Branża", "Bransch", "Bransje", "Toimiala", "Obor",
    ),
    "annual_revenue": (
        "Annual Revenue", "Company Annual Revenue", "Revenue", "Company Revenue", "Estimated Revenue",
        "Estimated Annual Revenue", "Yearly Revenue", "Turnover", "Annual Turnover", "Sales Volume", "Annual Sales",
        "Revenue (USD)", "Revenue (EUR)", "Annual Revenue (USD)", "Annual Revenue (EUR)",
        "Revenue in EUR", "Revenue in USD", "Organization - Annual Revenue",
        "Umsatz", "Jahresumsatz", "Umsatz in EUR", "Umsatz (EUR)", "Umsatz in Euro", "Jährlicher Umsatz",
        "Umsatzerlöse",
        "Chiffre d'affaires", "Chiffre d'affaires annuel", "CA annuel", "Revenu annuel", "Chiffre d'affaire",
        "Facturación", "Facturación anual", "Ingresos", "Ingresos anuales", "Volumen de negocio", "Volumen de negocios",
        "Cifra de negocio", "Cifra de negocios", "Ventas anuales",
        "Fatturato", "Fatturato annuo", "Fatturato annuale", "Ricavi", "Ricavi annui",
        "Omzet", "Jaaromzet", "Jaarlijkse omzet",
        "Faturamento", "Faturamento anual", "Receita anual", "Volume de negócios", "Przychody", "Omsättning",
        "Omsetning", "Omsætning", "Liikevaihto", "Obrat",
    ),
    "company_location": (
        "Company Location", "Location", "Headquarters", "Company HQ", "HQ Location", "Company Headquarters", "HQ",
        "Standort", "Firmensitz", "Hauptsitz", "Unternehmensstandort", "Sitz", "Localisation", "Siège", "Siège social",
        "Ubicación", "Sede", "Localización", "Sede legale", "Località", "Vestigingsplaats", "Locatie", "Hoofdkantoor",
        "Localização",
    ),
    "company_city": (
        "Company City", "Account City", "Organization City", "Billing City", "HQ City", "Company HQ City",
        "Ort der Firma", "Firmenort", "Ville de l'entreprise", "Ciudad de la empresa", "Città azienda",
    ),
    "company_state": (
        "Company State", "Company State/Region", "Account State", "Company Region", "Billing State", "HQ State",
        "Billing State/Province", "Company HQ State",
    ),
    "company_country": (
        "Company Country", "Company Country/Region", "Account Country", "Billing Country", "HQ Country",
        "Company HQ Country", "Organization Country", "Land der Firma", "Firmenland", "Pays de l'entreprise",
        "País de la empresa", "Paese azienda", "Land bedrijf",
    ),
    "city": (
        "City", "Person City", "Contact City", "Town", "Business City", "Mailing City", "Address 1 - City", "Lead City",
        "Ort", "Stadt", "Wohnort", "PLZ Ort", "Ville", "Commune", "Localité", "Ciudad", "Localidad", "Población",
        "Municipio", "Città", "Comune", "Plaats", "Stad", "Woonplaats", "Gemeente", "Cidade", "Miasto", "Miejscowość",
        "Kaupunki", "Město", "Oraș", "Şehir", "Город",
    ),
    "state": (
        "State", "State/Region", "State/Province", "Person State", "Contact State/Region", "Province", "Region",
        "Business State", "Mailing State", "Mailing State/Province", "Address 1 - Region",
        "Bundesland", "Kanton", "Département", "Provincia", "Comunidad autónoma", "Regione",
        "Provincie", "Distrito", "Województwo",
    ),
    "country": (
        "Country", "Country/Region", "Person Country", "Contact Country", "Business Country", "Mailing Country",
        "Business Country/Region", "Address 1 - Country", "Lead Country", "Country Name", "Country Code",
        "Land", "Land/Region", "Länderkennung", "Pays", "Pays/Région", "País", "País/Región", "Paese", "Nazione",
        "Stato/Paese", "Kraj", "Maa", "Země", "Krajina", "Ország", "Țară", "Ülke", "Страна",
    ),
    # HubSpot's property is called hs_timezone, Salesforce's field TimeZoneSidKey.
    "time_zone": (
        "Time Zone", "HS Timezone", "Contact Time Zone", "Time Zone Sid Key", "Time Zone Name", "Person Time Zone",
        "Zeitzone", "Fuseau horaire", "Zona horaria", "Huso horario", "Fuso orario", "Tijdzone", "Fuso horário",
    ),
    "email_status": (
        "Email Status",
        "Email Verification Status",
        "Email Validation Status",
        "Verification Status",
        "Validation Status",
        "Email Validation",
        "Email Verification",
        "Email Verification Result",
        "Email Validation Result",
        "Verification Result",
        "Validation Result",
        "Email Validity",
        "Email Deliverability",
        "Deliverability",
        "Deliverability Status",
        "Email Qualification",
        "ZB Status",
        "ZeroBounce Status",
        "NeverBounce Status",
        "NeverBounce Result",
        "NB Result",
        "Kickbox Result",
        "Bouncer Status",
        "MillionVerifier Status",
        "MillionVerifier Result",
        "Emailable State",
        "Debounce Result",
        "Debounce Status",
        "Clearout Status",
        "Hunter Status",
        "Dropcontact Qualification",
        "Findymail Status",
        "Reoon Status",
        "BriteVerify Status",
        "Statut e-mail",
        "Estado del correo",
    ),
    "job_level": (
        "Job Level", "Seniority", "Seniority Level", "Management Level", "Contact Seniority", "Person Seniority",
        "Karrierestufe", "Hierarchieebene", "Hierarchiestufe", "Senioritätsstufe", "Niveau hiérarchique",
        "Nivel jerárquico", "Nivel de antigüedad", "Livello di anzianità", "Senioriteit",
    ),
    "recent_job_change": ("Recent Job Change",),
    "company_funded_recently": ("Company Funded Recently",),
    "company_hiring": ("Company Hiring",),
    "recent_activity": ("Recent Activity",),
    "is_decision_maker": ("Is Decision Maker", "Decision Maker"),
    "has_budget_authority": ("Has Budget Authority", "Budget Authority"),
}  # fmt: skip


def key(header: str) -> str:
    """A header reduced to what is compared: letters and digits without case and accents. `# Employees` is `employees`,
    `Prénom` is `prenom`.
    """
    plain = header.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
    return "".join(character for character in plain if character.isalnum())


# Header key → (field, rank): of several columns for one field, the lowest rank that holds a value is taken.
KNOWN: dict[str, tuple[str, int]] = {
    key(header): (field, rank)
    for field, headers in COLUMNS.items()
    for rank, header in reversed([*enumerate((*headers, field))])
}


# Headers that say which part of a name another one holds: `Name` beside `Vorname` is the family name.
_TOGETHER: tuple[tuple[str, frozenset[str], frozenset[str], str], ...] = tuple(
    (key(header), frozenset(map(key, beside)), frozenset(map(key, unless)), field)
    for header, beside, unless, field in (
        ("Name", ("Vorname", "Voornaam", "Prénom"), ("Nachname", "Familienname", "Zuname", "Achternaam"), "last_name"),
        ("Nom", ("Prénom", "Prénoms", "First Name"), ("Nom de famille",), "last_name"),
        ("Naam", ("Voornaam",), ("Achternaam", "Familienaam"), "last_name"),
        ("Namn", ("Förnamn",), ("Efternamn",), "last_name"),
        ("Nombre", ("Apellido", "Apellidos", "Primer apellido"), ("Primer nombre", "Nombre de pila"), "first_name"),
        ("Nome", ("Cognome", "Sobrenome", "Apelido", "Apelidos"), ("Nome di battesimo", "Primeiro nome"), "first_name"),
        # LinkedIn's connections.
        ("URL", ("Connected On", "Verbunden am", "Connecté le", "Conectado el", "Fecha de conexión", "Collegato il",
                 "Verbonden op", "Conectado em"), ("LinkedIn URL",), "linkedin_url"),
    )
)  # fmt: skip


def in_context(keys: Collection[str]) -> dict[str, tuple[str, int]]:
    """The fields, by key, of headers that mean something else beside others of the same file."""
    return {
        header: (field, 0)
        for header, beside, unless, field in _TOGETHER
        if header in keys and not beside.isdisjoint(keys) and unless.isdisjoint(keys)
    }


# What a user says that columns mean: header → field, or None for none.
type Meanings = dict[str, str | None]
