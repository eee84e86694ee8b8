"""The headers that CAM knows, and the field that each of them means."""

# Field → the headers that mean it, the most telling first. They are compared by `key`, so `E-mail` is `email`.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("Name", "Full Name", "Contact Name", "Lead Name"),
    "first_name": ("First Name", "Given Name", "Forename"),
    "last_name": ("Last Name", "Surname", "Family Name"),
    "email": ("Email", "Email Address", "Work Email", "Business Email", "Primary Email", "Contact Email"),
    "company": (
        # Apollo's name without the legal form, made to be read in a mail.
        "Company Name for Emails",
        "Company",
        "Company Name",
        "Company / Account",
        "Associated Company",
        "Company Name / Associated Company",
        "Primary Associated Company",
        "Account",
        "Account Name",
        "Organization",
        "Organisation",
    ),
    "company_domain": ("Company Domain", "Company Domain Name", "Domain", "Website", "Website URL", "Company Website"),
    "role": ("Role", "Title", "Job Title", "Position", "Job Role"),
    "linkedin_url": (
        "LinkedIn URL",
        "Person LinkedIn URL",
        "LinkedIn",
        "LinkedIn Profile",
        "LinkedIn Profile URL",
    ),
    "tags": ("Tags", "Labels"),
    "lawful_basis": ("Lawful Basis", "Legal Basis"),
    "company_size": ("Company Size",),
    "employee_count": ("Employee Count", "# Employees", "Number of Employees", "No. of Employees", "Headcount"),
    "industry": ("Industry", "Company Industry"),
    "annual_revenue": ("Annual Revenue", "Company Annual Revenue", "Revenue"),
    "company_location": ("Company Location", "Location", "Headquarters"),
    "company_city": ("Company City",),
    "company_state": ("Company State", "Company State/Region"),
    "company_country": ("Company Country", "Company Country/Region"),
    "city": ("City",),
    "state": ("State", "State/Region", "State/Province"),
    "country": ("Country", "Country/Region"),
    # HubSpot's property is called hs_timezone, Salesforce's field TimeZoneSidKey.
    "time_zone": ("Time Zone", "HS Timezone", "Contact Time Zone", "Time Zone Sid Key", "Time Zone Name", "Zeitzone"),
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
    "job_level": ("Job Level", "Seniority", "Seniority Level"),
    "recent_job_change": ("Recent Job Change",),
    "company_funded_recently": ("Company Funded Recently",),
    "company_hiring": ("Company Hiring",),
    "recent_activity": ("Recent Activity",),
    "is_decision_maker": ("Is Decision Maker", "Decision Maker"),
    "has_budget_authority": ("Has Budget Authority", "Budget Authority"),
}


def key(header: str) -> str:
    """A header reduced to what is compared: case-folded letters and digits. `# Employees` is `employees`."""
    return "".join(character for character in header.casefold() if character.isalnum())


# Header key → (field, rank): of several columns for one field, the lowest rank that holds a value is taken.
KNOWN: dict[str, tuple[str, int]] = {
    key(header): (field, rank)
    for field, headers in COLUMNS.items()
    for rank, header in reversed([*enumerate((*headers, field))])
}


# What a user says that columns mean: header → field, or None for none.
type Meanings = dict[str, str | None]
