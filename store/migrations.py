"""The schema, one numbered step at a time. Add steps at the end; never edit one."""

from collections.abc import Callable

from store.database import Database

STEPS: list[Callable[[], str]] = []
step = STEPS.append


@step
def s001_projects() -> str:
    """Several named projects in a workspace, each with goals that replace one another."""
    return """
    create table projects (name text primary key, title text not null, made_at text not null default current_timestamp);
    create table goals (id integer primary key, project text not null references projects(name) on update cascade,
        record text not null, made_at text not null default current_timestamp)"""


@step
def s002_datasets() -> str:
    """Versions are never changed; the log of changes says which one is the head."""
    return """
    create table versions (project text not null references projects(name) on update cascade, dataset text not null,
        number integer not null, parent integer, rows integer not null, columns text not null, roles text not null,
        file text not null, sentence text not null, recipe text not null,
        made_at text not null default current_timestamp, primary key (project, dataset, number));
    create table changes (id integer primary key, project text not null, dataset text not null, before integer,
        after integer not null, sentence text not null, approval integer,
        made_at text not null default current_timestamp)"""


@step
def s003_approvals() -> str:
    """What was asked, about exactly which payload, and the answer."""
    return """
    create table approvals (id integer primary key, project text not null, tool text not null, arguments text not null,
        payload_hash text not null, preview text not null, state text not null default 'open',
        note text not null default '',
        asked_at text not null default current_timestamp, answered_at text)"""


@step
def s004_fixes() -> str:
    """Proposals to change rows, with the edits in a Parquet file beside."""
    return """
    create table fixes (project text not null references projects(name) on update cascade, number integer not null,
        dataset text not null, version integer not null, kind text not null, sentence text not null, why text not null,
        rows integer not null, payload_hash text not null, file text not null, state text not null default 'open',
        note text not null default '', made_at text not null default current_timestamp,
        primary key (project, number))"""


@step
def s005_jobs_and_runs() -> str:
    """Long work in processes of its own, and the training runs that some of it makes."""
    return """
    create table jobs (id integer primary key, project text not null references projects(name) on update cascade,
        kind text not null, module text not null, payload text not null, key text not null,
        made_at text not null default current_timestamp);
    create table runs (project text not null references projects(name) on update cascade, number integer not null,
        dataset text not null, version integer not null, plan text not null,
        made_at text not null default current_timestamp, primary key (project, number));
    create table run_jobs (project text not null, run integer not null, job integer not null references jobs(id))"""


@step
def s006_reports() -> str:
    """Evaluations, audits and comparisons."""
    return """
    create table reports (project text not null references projects(name) on update cascade, number integer not null,
        kind text not null, run text, dataset text, version integer, body text not null,
        made_at text not null default current_timestamp, primary key (project, number))"""


@step
def s007_conversations() -> str:
    """Threads and the log of what happened in each turn, as the page shows it."""
    return """
    create table threads (id text primary key, project text not null references projects(name) on update cascade,
        title text not null default '', made_at text not null default current_timestamp);
    create table events (thread text not null references threads(id), seq integer not null, turn text not null,
        event text not null, made_at text not null default current_timestamp, primary key (thread, seq))"""


@step
def s008_who_spends() -> str:
    """A yes whose process was killed while it was being carried out can be carried out again."""
    return "alter table approvals add column used_by text"


@step
def s009_done() -> str:
    """A fix says in the past tense what was done."""
    return "alter table fixes add column done text not null default ''"


@step
def s010_narrowed_fixes() -> str:
    """A fix can be narrowed: its sentence as it reads for any number of rows, what the user wrote, and means to."""
    return """
    alter table fixes add column template text not null default '';
    alter table fixes add column way text not null default '';
    alter table fixes add column revised text not null default '[]';
    alter table fixes add column draft text not null default '{}'"""


@step
def s011_rules() -> str:
    """What is always applied, by a yes that stands, and what is never proposed."""
    return """
    create table rules (id integer primary key, project text not null references projects(name) on update cascade,
        kind text not null, verdict text not null, way text not null, approval integer not null,
        made_at text not null default current_timestamp, unique (project, kind))"""


@step
def s012_labellings() -> str:
    """What people say of rows, one line each time; what is undone stays, and counts no more."""
    return """
    create table labellings (project text not null references projects(name) on update cascade, number integer not null,
        dataset text not null, version integer not null, column_name text not null, checks integer not null,
        settings text not null, labels text not null, opened integer not null,
        made_at text not null default current_timestamp, primary key (project, number));
    create table annotations (id integer primary key, project text not null, labelling integer not null,
        row integer not null, version integer not null, annotator text not null, action text not null, value text,
        seconds real, suggestion text, undone integer not null default 0,
        made_at text not null default current_timestamp,
        foreign key (project, labelling) references labellings(project, number) on update cascade);
    create index annotations_of_rows on annotations (project, labelling, row)"""


@step
def s013_made_with() -> str:
    """Reports and runs say what they were made with; a run, by which yes; and what a model is for is asked once."""
    return """
    alter table reports add column made_with text not null default '{}';
    alter table runs add column made_with text not null default '{}';
    alter table runs add column approval integer;
    create table uses (id integer primary key, project text not null references projects(name) on update cascade,
        about text not null, answer text not null, approval integer not null,
        made_at text not null default current_timestamp)"""


@step
def s014_blind_tests() -> str:
    """Pairs of answers that people compare without knowing whose they are, and what they chose, one line each time."""
    return """
    create table blind_tests (project text not null references projects(name) on update cascade,
        number integer not null, one text not null, other text not null, dataset text not null,
        version integer not null, settings text not null, opened integer not null, ended text,
        made_at text not null default current_timestamp, primary key (project, number));
    create table blind_pairs (project text not null, test integer not null, place integer not null,
        row integer not null, text text not null, reference text not null, one text not null, other text not null,
        primary key (project, test, row),
        foreign key (project, test) references blind_tests(project, number) on update cascade);
    create table blind_choices (id integer primary key, project text not null, test integer not null,
        row integer not null, rater text not null, choice text not null, first text not null, seconds real not null,
        undone integer not null default 0, made_at text not null default current_timestamp,
        foreign key (project, test, row) references blind_pairs(project, test, row) on update cascade)"""


def migrate(db: Database) -> None:
    """Apply the steps this database has not seen, each whole or not at all."""
    with db.change() as change:
        change.execute("create table if not exists applied_steps (name text primary key)")
    for make in STEPS:
        with db.change() as change:
            if db.row("select 1 from applied_steps where name = ?", make.__name__):
                continue
            for statement in make().split(";"):
                change.execute(statement)
            change.execute("insert into applied_steps values (?)", [make.__name__])
