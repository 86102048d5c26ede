-- 办公室数据库的角色与权限 (app/hub.py runs it after the migrations, as the tables' owner; run again
-- after each upgrade, it changes nothing that is as it should be).
--
-- The roles cannot log in. The server's administrator makes a login for each person, in one of them:
--     CREATE ROLE wang LOGIN PASSWORD '…' IN ROLE zhengai_consultant;
-- and says in hub_person whose they are; who stands there with neither sees nothing of what is
-- somebody's:
--     INSERT INTO hub_person VALUES ('wang', organisation => …)
--
--   zhengai_consultant  reads and writes its organisation's dossiers, registers none
--   zhengai_lead        the same, and registers new dossiers
--   zhengai_provider    the same, and says who its organisation's people are
--   zhengai_district    reads its district's dossiers, with their log
--   zhengai_bureau      reads and writes all, says whose a dossier is and who is who
--   zhengai_assessor    reads the dossiers handed to its organisation; writes evaluation and acceptance
--   zhengai_auditor     reads all, with the log; writes nothing
--   zhengai_readonly    reads its organisation's or district's dossiers, but not the log

-- The register of dossiers: whose each is, and what its log's heads are. Whoever exchanges a dossier
-- holds its row.
CREATE TABLE IF NOT EXISTS hub_dossier (
    dossier_id uuid PRIMARY KEY,
    provider text NOT NULL DEFAULT '',
    assessor text NOT NULL DEFAULT '',
    district text NOT NULL DEFAULT '',
    mark text NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS hub_dossier_provider ON hub_dossier (provider);
CREATE INDEX IF NOT EXISTS hub_dossier_assessor ON hub_dossier (assessor);
CREATE INDEX IF NOT EXISTS hub_dossier_district ON hub_dossier (district);

CREATE TABLE IF NOT EXISTS hub_person (
    login name PRIMARY KEY,
    organisation text NOT NULL DEFAULT '',
    district text NOT NULL DEFAULT ''
);

-- Files that a purge left without a record, until they are gone from the shared folder.
CREATE TABLE IF NOT EXISTS hub_erased (sha256 text PRIMARY KEY);

-- By hash, for what a record says here may be of any length.
CREATE INDEX IF NOT EXISTS hub_photo_file ON photo USING hash (sha256);
CREATE INDEX IF NOT EXISTS hub_attachment_file ON attachment USING hash (sha256);

DO $$
DECLARE each text;
BEGIN
    FOREACH each IN ARRAY ARRAY['consultant', 'lead', 'provider', 'district', 'bureau', 'assessor',
                                'auditor', 'readonly'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zhengai_' || each) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', 'zhengai_' || each);
        END IF;
    END LOOP;
END $$;

-- Whose the person at the connection is; NULL, which equals nothing, where that is not said.
CREATE OR REPLACE FUNCTION hub_organisation() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT nullif(organisation, '') FROM hub_person WHERE login = session_user $$;
CREATE OR REPLACE FUNCTION hub_district() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT nullif(district, '') FROM hub_person WHERE login = session_user $$;
-- Whether any record, also one that the person may not see, names a file.
CREATE OR REPLACE FUNCTION hub_names_file(digest text) RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM photo WHERE sha256 = digest)
              OR EXISTS (SELECT FROM attachment WHERE sha256 = digest) $$;

-- A row of the log is written once. What may change is what follows from the others (`live`), and
-- value and salt to nothing, which is a purge.
CREATE OR REPLACE FUNCTION hub_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.value IS DISTINCT FROM OLD.value AND NEW.value IS NOT NULL)
        OR (NEW.salt IS DISTINCT FROM OLD.salt AND NEW.salt IS NOT NULL) THEN
        RAISE EXCEPTION 'a logged value cannot be changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER hub_log_stays BEFORE UPDATE OF value, salt ON log
    FOR EACH ROW EXECUTE FUNCTION hub_log_stays();

-- Nobody keeps from earlier what is not said below.
DO $$
DECLARE made record;
BEGIN
    FOR made IN SELECT tablename, policyname FROM pg_policies
        WHERE schemaname = 'public' AND policyname LIKE 'hub\_%' LOOP
        EXECUTE format('DROP POLICY %I ON %I', made.policyname, made.tablename);
    END LOOP;
    FOR made IN SELECT rolname FROM pg_roles WHERE rolname LIKE 'zhengai\_%' LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', made.rolname);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', made.rolname);
        EXECUTE format('GRANT SELECT ON alembic_version TO %I', made.rolname);
    END LOOP;
END $$;

-- Who is who.
ALTER TABLE hub_person ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub_person TO zhengai_provider, zhengai_bureau;
GRANT SELECT ON hub_person TO zhengai_auditor;
CREATE POLICY hub_own ON hub_person TO zhengai_provider
    USING (organisation = (SELECT hub_organisation()))
    WITH CHECK (organisation = (SELECT hub_organisation()) AND district = '');
CREATE POLICY hub_all ON hub_person TO zhengai_bureau USING (true) WITH CHECK (true);
CREATE POLICY hub_read ON hub_person FOR SELECT TO zhengai_auditor USING (true);

-- The register.
ALTER TABLE hub_dossier ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON hub_dossier TO zhengai_consultant, zhengai_lead, zhengai_provider, zhengai_district,
    zhengai_bureau, zhengai_assessor, zhengai_auditor, zhengai_readonly;
GRANT INSERT ON hub_dossier TO zhengai_lead, zhengai_provider, zhengai_bureau;
GRANT UPDATE (mark, district) ON hub_dossier
    TO zhengai_consultant, zhengai_lead, zhengai_provider, zhengai_assessor;
GRANT UPDATE ON hub_dossier TO zhengai_bureau;
CREATE POLICY hub_team ON hub_dossier TO zhengai_consultant, zhengai_lead, zhengai_provider
    USING (provider = (SELECT hub_organisation()))
    WITH CHECK (provider = (SELECT hub_organisation()));
CREATE POLICY hub_district ON hub_dossier FOR SELECT TO zhengai_district
    USING (district = (SELECT hub_district()));
CREATE POLICY hub_all ON hub_dossier TO zhengai_bureau USING (true) WITH CHECK (true);
CREATE POLICY hub_assessor ON hub_dossier TO zhengai_assessor
    USING (assessor = (SELECT hub_organisation()))
    WITH CHECK (assessor = (SELECT hub_organisation()));
CREATE POLICY hub_auditor ON hub_dossier FOR SELECT TO zhengai_auditor USING (true);
CREATE POLICY hub_readonly ON hub_dossier FOR SELECT TO zhengai_readonly
    USING (provider = (SELECT hub_organisation()) OR district = (SELECT hub_district()));

-- Files to be taken out of the shared folder.
GRANT SELECT, INSERT, DELETE ON hub_erased
    TO zhengai_consultant, zhengai_lead, zhengai_provider, zhengai_bureau;

-- The log. Whose a dossier is is asked once a statement (a hashed subplan), not once a row.
ALTER TABLE log ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON log TO zhengai_consultant, zhengai_lead, zhengai_provider, zhengai_district,
    zhengai_bureau, zhengai_assessor, zhengai_auditor;
GRANT INSERT, UPDATE (live, value, salt) ON log
    TO zhengai_consultant, zhengai_lead, zhengai_provider, zhengai_bureau;
GRANT INSERT, UPDATE (live) ON log TO zhengai_assessor;
CREATE POLICY hub_all ON log TO zhengai_bureau USING (true) WITH CHECK (true);
CREATE POLICY hub_auditor ON log FOR SELECT TO zhengai_auditor USING (true);
CREATE POLICY hub_read ON log FOR SELECT TO zhengai_district, zhengai_assessor
    USING (dossier_id IN (SELECT dossier_id FROM hub_dossier));
CREATE POLICY hub_team ON log TO zhengai_consultant, zhengai_lead, zhengai_provider
    USING (dossier_id IN (SELECT dossier_id FROM hub_dossier))
    WITH CHECK (dossier_id IN (SELECT dossier_id FROM hub_dossier));
CREATE POLICY hub_assess ON log FOR INSERT TO zhengai_assessor
    WITH CHECK (form IN ('answer', 'acceptance')
        AND dossier_id IN (SELECT dossier_id FROM hub_dossier));
CREATE POLICY hub_reassess ON log FOR UPDATE TO zhengai_assessor
    USING (form IN ('answer', 'acceptance')
        AND dossier_id IN (SELECT dossier_id FROM hub_dossier));

-- The records: every table that has what all forms have, and the summaries, which are disposable.
DO $$
DECLARE each text; seen text; writes text;
BEGIN
    FOR each IN SELECT table_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'withdrawn'
        UNION VALUES ('summary') LOOP
        seen := 'dossier_id IN (SELECT dossier_id FROM hub_dossier)';
        writes := 'zhengai_consultant, zhengai_lead, zhengai_provider';
        IF each IN ('answer', 'acceptance', 'summary') THEN
            writes := writes || ', zhengai_assessor';
        END IF;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', each);
        EXECUTE format('GRANT SELECT ON %I TO zhengai_consultant, zhengai_lead, zhengai_provider, '
            'zhengai_district, zhengai_bureau, zhengai_assessor, zhengai_auditor, zhengai_readonly', each);
        EXECUTE format('GRANT INSERT, UPDATE ON %I TO %s, zhengai_bureau', each, writes);
        EXECUTE format('CREATE POLICY hub_all ON %I TO zhengai_bureau USING (true) WITH CHECK (true)', each);
        EXECUTE format('CREATE POLICY hub_auditor ON %I FOR SELECT TO zhengai_auditor USING (true)', each);
        EXECUTE format('CREATE POLICY hub_read ON %I FOR SELECT '
            'TO zhengai_district, zhengai_assessor, zhengai_readonly USING (%s)', each, seen);
        EXECUTE format('CREATE POLICY hub_write ON %I TO %s USING (%s) WITH CHECK (%s)',
            each, writes, seen, seen);
    END LOOP;
END $$;
