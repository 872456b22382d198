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


@step
def s015_named_and_deleted_runs() -> str:
    """A run can have a name of the user's; one that was deleted is still known by those that speak of it."""
    return """
    alter table runs add column name text not null default '';
    alter table runs add column deleted_at text"""


@step
def s016_mirrors() -> str:
    """Where the runs of a project are mirrored to; the newest holds."""
    return """
    create table mirrors (id integer primary key, project text not null references projects(name) on update cascade,
        tracker text not null, name text not null, server text, approval integer not null,
        made_at text not null default current_timestamp)"""


@step
def s017_services() -> str:
    """What is served where, who may ask, every request, what people said of the answers, and what was noticed."""
    return """
    create table services (id integer primary key, project text not null references projects(name) on update cascade,
        name text not null, version integer not null, state text not null, settings text not null,
        approval integer not null, made_at text not null default current_timestamp, unique (project, name, version));
    create table service_keys (id integer primary key, project text not null references projects(name)
        on update cascade, service text not null, name text not null, hash text not null unique,
        limits text not null, approval integer not null, made_at text not null default current_timestamp,
        revoked_at text);
    create table requests (id text primary key, project text not null references projects(name) on update cascade,
        service text not null, at real not null, kind text not null, model text not null, run text not null,
        key integer, status integer not null, outcome text not null, prompt_tokens integer not null,
        completion_tokens integer not null, waited_seconds real not null, first_seconds real, seconds real not null,
        label text, confidence real, refused integer not null default 0, features blob, prompt text, answer text);
    create index requests_of_services on requests (project, service, at);
    create table feedback (id integer primary key, project text not null references projects(name) on update cascade,
        request text not null references requests(id) on delete cascade, at real not null, kind text not null,
        value real, text text, source text not null);
    create index feedback_of_requests on feedback (request);
    create table alerts (id integer primary key, project text not null references projects(name) on update cascade,
        service text not null, at real not null, kind text not null, sentence text not null, data text not null,
        seen integer not null default 0)"""


@step
def s020_spent() -> str:
    """Processor time of jobs, by the day, for workspaces that share a machine."""
    return """
    create table spent (job integer not null references jobs(id), day text not null, seconds real not null,
        primary key (job, day))"""


@step
def s022_asked_by() -> str:
    """A question can come from another program; its answer is not part of a conversation."""
    return "alter table approvals add column asked_by text not null default ''"


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
