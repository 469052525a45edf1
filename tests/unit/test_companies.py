"""Companies: who goes by a name or a number, and whose it was on a day."""

import json
from datetime import date
from pathlib import Path

import pytest

from fingerprints.database.companies import company_files
from fingerprints.database.companies.badge_file import BadgesFile
from fingerprints.database.companies.companies import DATA, Companies, load_companies
from fingerprints.database.companies.company import Company, CompanyData, ReusedNumber, Tie
from fingerprints.database.companies.company_files import read_companies
from fingerprints.database.companies.company_names import normalised
from fingerprints.database.yaml_file import FileModel
from fingerprints.model.errors import DataFileError


@pytest.fixture(scope="module")
def companies() -> Companies:
    return load_companies()


@pytest.mark.parametrize(
    ("spelling", "company"),
    [
        ("HUAWEI TECHNOLOGIES CO.,LTD", "huawei"),
        ("Huawei Device Co., Ltd.", "huawei"),
        ("HISILICON", "hisilicon"),
        ("zte corporation", "zte"),
        ("Autel lntelligent Technology Corp.,Ltd", "autel"),
        ("ZHEJIANG DAHUA TECHNOLOGYCO.,LTD", "dahua"),
        ("Hewlett Packard Enterprise", "hpe"),
        ("Cisco Systems, Inc", "cisco"),
        ("Routerboard.com", "mikrotik"),
        ("JUNIPER NETWORKS", "juniper"),
        ("Nokia Shanghai Bell Co., Ltd.", "nokia"),
        ("New H3C Technologies Co., Ltd", "h3c"),
    ],
)
def test_registered_spellings_name_their_company(companies: Companies, spelling: str, company: str) -> None:
    found = companies.by_name(spelling)
    assert found is not None and found.id == company


@pytest.mark.parametrize(
    "name",
    [
        "Shanghai Dahua Scale Factory",
        "SHENZHEN HONOR ELECTRONIC CO.,LTD",
        "Hangzhou Zhongxinghui Intelligent Technology",
        "Wuxi Zhongxing Optoelectronics Technology",
        "ZHEJIANG HIKAILINK TECHNOLOGY",
        "Shenzhen Hikeen Technology",
        "JOREX LOREX INDIA PRIVATE LIMITED",
        "Lorex Industries, Inc.",
        "MERCURY CORPORATION",
        "MERCURY SECURITY CORPORATION",
        "Teltronic AG",
        "Teltronics, Inc.",
        "N3com",
        "Nautel LTD",
        "Beijing Autelan Technology",
        "Shenzhen Meigao Electronic Equipment",
        "Omada A/S",
        "",
    ],
)
def test_lookalikes_name_nobody(companies: Companies, name: str) -> None:
    assert companies.by_name(name) is None


def test_every_name_leads_to_its_own_company(companies: Companies) -> None:
    lost = [
        (company.id, name)
        for company in companies
        for name in (company.name, *company.aliases, *company.oui_names)
        if companies.by_name(name) is not company
    ]
    assert lost == []


def test_no_enterprise_number_has_two_holders(companies: Companies) -> None:
    numbers = [number for company in companies for number in company.enterprise_numbers]
    assert sorted(numbers) == sorted(set(numbers))


@pytest.mark.parametrize("number", [8072, 2021, 4413, 26381, 99, 4491, 12325])
def test_generic_numbers_are_a_vote_for_nobody(companies: Companies, number: int) -> None:
    assert companies.by_enterprise(number) is None
    assert number in companies.generic_enterprises


def test_squatted_numbers_name_their_users_only_as_squatters(companies: Companies) -> None:
    used = {number: [squat.company for squat in companies.reusers_of(number)] for number in (50001, 1004849, 5875)}
    assert used == {50001: ["hikvision"], 1004849: ["dahua"], 5875: ["fiberhome"]}
    assert companies.by_enterprise(50001) is None


@pytest.mark.parametrize(
    ("company", "day", "owners"),
    [
        ("honor", date(2020, 11, 16), ("huawei",)),
        ("honor", date(2020, 11, 17), ()),
        ("h3c", date(2005, 1, 1), ("huawei", "3com")),
        ("h3c", date(2012, 1, 1), ("hp",)),
        ("h3c", date(2026, 1, 1), ("unisplendour",)),
        ("lorex", date(2022, 12, 31), ("dahua",)),
        ("lorex", date(2023, 1, 1), ()),
        ("xfusion", date(2022, 1, 1), ()),
        ("sinclair", date(2020, 1, 1), ("norsat", "hytera")),
        ("nobody", date(2020, 1, 1), ()),
    ],
)
def test_ownership_is_that_of_the_day(companies: Companies, company: str, day: date, owners: tuple[str, ...]) -> None:
    found = companies.owned_by_on(company, day)
    assert set(owners) <= set(found) and (owners != () or found == ())
    assert ("huawei" in found) == ("huawei" in owners)


def test_a_chips_maker_has_its_owner_behind_it(companies: Companies) -> None:
    assert [companies.watched_behind(chip) for chip in ("hisilicon", "sanechips")] == [("huawei",), ("zte",)]


def test_a_record_of_some_lines_is_no_tie_of_the_brand(companies: Companies) -> None:
    assert companies.are_tied("amcrest", "dahua") and not companies.are_tied("bosch", "dahua")


def test_an_owner_of_its_owner_is_not_followed_for_ever() -> None:
    ring = Companies(CompanyData((Company("a", "A", owners=(Tie("b"),)), Company("b", "B", owners=(Tie("a"),)))))
    assert ring.owned_by_on("a", date(2026, 1, 1)) == ("b",)


def test_what_stands_under_anothers_number_is_known_by_its_arc(companies: Companies) -> None:
    badge = companies.arc_of("1.3.6.1.4.1.25506.11.1.120")
    legacy = companies.arc_of("1.3.6.1.4.1.2011.10.2.3")
    assert badge is not None and (badge.brand, badge.platform, badge.maker) == ("hpe", "h3c", "h3c")
    assert legacy is not None and legacy.platform == "h3c"
    assert companies.arc_of("1.3.6.1.4.1.2011.2.23.470") is None


def test_endless_texts_of_a_device_name_nothing(companies: Companies) -> None:
    assert companies.arc_of(".".join(["1"] * 30_000)) is None
    assert companies.by_name("Huawei " * 10_000) is None


def test_the_trees_of_watched_makers_hold_squatted_ones_and_no_generic_one(companies: Companies) -> None:
    trees = companies.enterprise_trees_of_watched()
    assert {f"1.3.6.1.4.1.{number}" for number in (2011, 3902, 39165, 50001, 37496, 1004849, 40297, 5875)} <= set(trees)
    assert "1.3.6.1.4.1.26381" not in trees


SCHEMAS: dict[str, type[FileModel]] = {
    "companies": company_files.CompaniesFile,
    "exceptions": company_files.ExceptionsFile,
    "badges": BadgesFile,
}


def test_the_schemas_are_those_of_the_files() -> None:
    for name, model in SCHEMAS.items():
        kept = json.loads((Path(company_files.__file__).parents[2] / "data" / "schema" / f"{name}.json").read_text())
        assert kept == {"$schema": kept["$schema"], **model.model_json_schema()}


def test_a_number_that_any_stack_reports_is_no_hint_of_one_user(companies: Companies) -> None:
    assert {squat.number for squat in companies.reused_numbers} & companies.generic_enterprises.keys() == set()


def test_an_index_keeps_the_squats_it_was_given() -> None:
    squat = ReusedNumber(7, "a", "")
    companies = Companies(CompanyData((Company("a", "A", watched=True),), reused_numbers=(squat,)))
    assert companies.reusers_of(7) == (squat,)
    assert companies.enterprise_trees_of_watched() == ("1.3.6.1.4.1.7",)


GOOD = {
    "one.yaml": "source: here\ncompanies:\n- {id: a, name: Able}\n",
    "exceptions.yaml": "source: here\ngeneric: []\nreused_numbers: []\narcs: []\nlookalikes: []\n",
    "registry.tsv": "id\tname\thome\tenterprises\taliases\towners\nb\tBaker\tGB\t5 6\tBake & Co\ta 2020 2021\n",
}


BADGE = (
    "source: x\nbadges:\n- brand: a\n  records:\n  - {builder: b, note: n, lines: "
    "[{pattern: '%s', examples: [M1], rejects: [Q1]}]}\n"
)
OPERATOR = "source: x\nbadges: []\noperators:\n- {name: Op, words: [Operator], records: [{builder: a, note: n}]}\n"


def _folder(path: Path, **changed: str) -> Path:
    for name, text in {**GOOD, **{key.replace("__", "."): text for key, text in changed.items()}}.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def test_a_year_in_the_list_lasts_to_its_end(tmp_path: Path) -> None:
    baker = load_companies(_folder(tmp_path)).get("b")
    assert baker == Company(
        "b", "Baker", ("Bake & Co",), (5, 6), home="GB", owners=(Tie("a", date(2020, 1, 1), date(2022, 1, 1)),)
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "one__yaml",
            "source: here\ncompanies:\n- {id: a, name: Able, colour: red}\n",
            "one.yaml: line 3: unknown key",
        ),
        ("one__yaml", "source: here\ncompanies:\n- {id: A b, name: Able}\n", "one.yaml: line 3: companies.0.id"),
        ("one__yaml", "source: x\ncompanies:\n- {id: a, name: A}\n- {id: a, name: B}\n", "one.yaml: a: this id is"),
        ("one__yaml", "source: x\ncompanies:\n- id: a\n  name: A\n  owners: [{company: z}]\n", "names z"),
        (
            "one__yaml",
            "source: x\ncompanies:\n- id: b\n  name: B\n  owners: [{company: b, until: 2023-02-30}]\n",
            "line 5",
        ),
        ("registry__tsv", "id\tname\n", "registry.tsv: line 1: is not the heading"),
        ("registry__tsv", GOOD["registry.tsv"] + "c\tCable\n", "registry.tsv: line 3"),
        ("registry__tsv", GOOD["registry.tsv"] + "c\tCable\tGB\tfive\t\t\n", "registry.tsv: line 3"),
        ("registry__tsv", GOOD["registry.tsv"] + "c\tCable\tGB\t\t\ta 20\n", "registry.tsv: line 3"),
        (
            "exceptions__yaml",
            GOOD["exceptions.yaml"].replace(
                "reused_numbers: []", "reused_numbers: [{number: 1, company: q, registered_to: x}]"
            ),
            "names q",
        ),
        (
            "badges__yaml",
            "source: x\nbadges:\n- {brand: q, records: [{builder: a, note: n}]}\n",
            "q: stands here twice",
        ),
        ("badges__yaml", "source: x\nbadges:\n- {brand: a, records: [{builder: q, note: n}]}\n", "a: names q"),
        ("badges__yaml", "source: x\nbadges:\n- {brand: a, records: [{builder: b}]}\n", "badges.yaml: line 3"),
        ("badges__yaml", BADGE % "(\\w+)+x", "a: may take"),
        ("badges__yaml", BADGE % "M2", "a: the pattern M2 is wrong about M1"),
        ("badges__yaml", BADGE % "M|Q", "a: the pattern M|Q is wrong about Q1"),
        ("badges__yaml", OPERATOR, "Op: has a record without lines"),
        (
            "exceptions__yaml",
            GOOD["exceptions.yaml"].replace("generic: []", "generic: [{number: -1, name: x}]"),
            "exceptions.yaml: line 2",
        ),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(DataFileError, match="Next: ") as refused:
        read_companies(_folder(tmp_path, **{name: text}))
    assert message in str(refused.value)


def test_names_that_fold_alike_belong_to_one_company(companies: Companies) -> None:
    holders: dict[str, set[str]] = {}
    for company in companies:
        for name in (company.name, *company.aliases, *company.oui_names):
            holders.setdefault(normalised(name), set()).add(company.id)
    assert {name: ids for name, ids in holders.items() if len(ids) > 1} == {}


def test_each_kind_of_gear_is_told_with_companies_we_know(companies: Companies) -> None:
    rows = [line.split("\t") for line in (DATA / "coverage.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    unknown = [(kind, name) for kind, _, ids in rows for name in ids.split() if companies.get(name) is None]
    assert (unknown, [kind for kind, _, ids in rows if len(ids.split()) < 5]) == ([], [])
