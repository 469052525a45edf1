BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('2');
CREATE TABLE bases (
	"key" TEXT NOT NULL, 
	probe VARCHAR(32) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	content INTEGER NOT NULL, 
	spent INTEGER NOT NULL, 
	PRIMARY KEY ("key", probe, ordinal)
)
 WITHOUT ROWID

;
INSERT INTO "bases" VALUES('192.0.2.1','snmp',0,3,18);
INSERT INTO "bases" VALUES('192.0.2.1','ssh',0,4,0);
INSERT INTO "bases" VALUES('192.0.2.2','ssh',0,1,0);
INSERT INTO "bases" VALUES('192.0.2.7','discovery',0,5,0);
INSERT INTO "bases" VALUES('Größe.walk','snmp',0,6,0);
CREATE TABLE contents (
	id INTEGER NOT NULL, 
	sha256 BLOB NOT NULL, 
	lines TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (sha256)
);
INSERT INTO "contents" VALUES(1,X'35FCE870B1D4FB82CAEE981491E9D1CC3854A5D18ED15E5964AAAE5D0A05854F','{"source":"ssh.ident","said":[["22/tcp","SSH-2.0-HUAWEI-1.5"]]}');
INSERT INTO "contents" VALUES(2,X'3A3F19178D3A0B36051AEA1CE75F228761CFB0AC1BC071DDA38718A269BB5707','{"source":"snmp.engine_id","said":[["","\u0080\u0000\u0007\u00db"]]}');
INSERT INTO "contents" VALUES(3,X'66E89CDF1914817DC56528D24C6F676D4EF2E123316662124345CBEAE7AF09D0','{"source":"snmp.sys_descr","said":[["1.3.6.1.2.1.1.1.0","tabs\there, \"quotes\", \u00ff\u0000 octetsxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]]}
{"source":"snmp.sys_up_time","said":[["1.3.6.1.2.1.1.3.0","123456"]]}
{"source":"snmp.sys_name","said":[["1.3.6.1.2.1.1.5.0","lon-core-1"]]}');
INSERT INTO "contents" VALUES(4,X'02279A92C5C69ED4FB9EBFA391E982C9B0C8AB78DC7CBE5F5605217D7D14CB27','{"gap":"refused","probe":"ssh","at":"22/tcp","detail":"audit was refused"}');
INSERT INTO "contents" VALUES(5,X'C57650A34F0860EF619705F243DE6F13A4229A28C0F58C2EA52F2603FEFCE3B3','{"gap":"no-answer","probe":"discovery","at":"","detail":"no {\"source\": in sight"}');
INSERT INTO "contents" VALUES(6,X'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855','');
CREATE TABLE costs (
	run INTEGER NOT NULL, 
	name VARCHAR(32) NOT NULL, 
	amount FLOAT NOT NULL, 
	PRIMARY KEY (run, name), 
	FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "costs" VALUES(1,'packets',10.0);
INSERT INTO "costs" VALUES(1,'seconds',1.5);
INSERT INTO "costs" VALUES(2,'packets',10.0);
INSERT INTO "costs" VALUES(2,'seconds',1.5);
INSERT INTO "costs" VALUES(3,'packets',10.0);
INSERT INTO "costs" VALUES(3,'seconds',1.5);
CREATE TABLE devices (
	id INTEGER NOT NULL, 
	lasting_id TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (lasting_id)
);
CREATE TABLE evidence (
	id INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	subject INTEGER NOT NULL, 
	time BIGINT NOT NULL, 
	probe VARCHAR(32) NOT NULL, 
	content INTEGER NOT NULL, 
	patch BLOB NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "evidence" VALUES(1,3,1,1772505001246914,'ssh',1,X'');
INSERT INTO "evidence" VALUES(2,3,2,1772505000246914,'snmp',2,X'');
INSERT INTO "evidence" VALUES(3,3,2,1772505002246919,'snmp',3,X'ED0201033734304A010139');
INSERT INTO "evidence" VALUES(4,3,2,1772505003246914,'ssh',4,X'');
INSERT INTO "evidence" VALUES(5,3,3,1772505003246914,'discovery',5,X'');
INSERT INTO "evidence" VALUES(6,3,4,1772505004246914,'snmp',6,X'');
CREATE TABLE kitscan_store (
	schema_version INTEGER NOT NULL
);
INSERT INTO "kitscan_store" VALUES(2);
CREATE TABLE logins (
	"key" TEXT NOT NULL, 
	protocol VARCHAR(16) NOT NULL, 
	credential VARCHAR(128) NOT NULL, 
	platform VARCHAR(64) NOT NULL, 
	run INTEGER NOT NULL, 
	PRIMARY KEY ("key", protocol)
)
 WITHOUT ROWID

;
CREATE TABLE notices (
	id INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	channel VARCHAR(128) NOT NULL, 
	time VARCHAR(32) NOT NULL, 
	outcome TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE ranges (
	run INTEGER NOT NULL, 
	prefix VARCHAR(128) NOT NULL, 
	addresses INTEGER NOT NULL, 
	silent INTEGER NOT NULL, 
	PRIMARY KEY (run, prefix), 
	FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "ranges" VALUES(1,'192.0.2.0/29',6,3);
INSERT INTO "ranges" VALUES(2,'192.0.2.0/29',6,3);
INSERT INTO "ranges" VALUES(3,'192.0.2.0/29',6,3);
CREATE TABLE records (
	run INTEGER NOT NULL, 
	started_by TEXT NOT NULL, 
	targets TEXT NOT NULL, 
	exclusions TEXT NOT NULL, 
	profile VARCHAR(64) NOT NULL, 
	probes TEXT NOT NULL, 
	PRIMARY KEY (run), 
	FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "records" VALUES(1,'jo@scan1','["192.0.2.0/29"]','["192.0.2.6"]','normal','["snmp"]');
INSERT INTO "records" VALUES(2,'jo@scan1','["192.0.2.0/29"]','["192.0.2.6"]','normal','["snmp"]');
INSERT INTO "records" VALUES(3,'jo@scan1','["192.0.2.0/29"]','["192.0.2.6"]','normal','["snmp"]');
CREATE TABLE refusals (
	run INTEGER NOT NULL, 
	credential VARCHAR(128) NOT NULL, 
	address VARCHAR(128) NOT NULL, 
	PRIMARY KEY (run, credential, address), 
	FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "refusals" VALUES(1,'cli','192.0.2.1');
INSERT INTO "refusals" VALUES(2,'cli','192.0.2.1');
INSERT INTO "refusals" VALUES(3,'cli','192.0.2.1');
CREATE TABLE reminders (
	device VARCHAR(128) NOT NULL, 
	finding TEXT NOT NULL, 
	stage VARCHAR(32) NOT NULL, 
	run INTEGER NOT NULL, 
	PRIMARY KEY (device, finding, stage)
)
 WITHOUT ROWID

;
CREATE TABLE run_states (
	run INTEGER NOT NULL, 
	content INTEGER NOT NULL, 
	PRIMARY KEY (run)
);
CREATE TABLE run_subjects (
	run INTEGER NOT NULL, 
	subject INTEGER NOT NULL, 
	done BOOLEAN NOT NULL, 
	observed BOOLEAN NOT NULL, 
	sequence INTEGER, 
	times BLOB, 
	PRIMARY KEY (run, subject), 
	FOREIGN KEY(run) REFERENCES runs (id)
)
 WITHOUT ROWID

;
INSERT INTO "run_subjects" VALUES(1,1,1,1,1,X'80F19DF4A7FBA50600');
INSERT INTO "run_subjects" VALUES(1,2,1,1,2,X'80E8A3F3A7FBA506008A92F40100F6887A00');
INSERT INTO "run_subjects" VALUES(1,3,0,0,3,X'808392F6A7FBA50600');
INSERT INTO "run_subjects" VALUES(1,4,0,0,4,X'808C8CF7A7FBA50600');
INSERT INTO "run_subjects" VALUES(2,1,0,1,1,X'82FAE7D1AB80A60600');
INSERT INTO "run_subjects" VALUES(2,2,1,1,2,X'82F1EDD0AB80A606008A92F40107EC020203383736F6887A00');
INSERT INTO "run_subjects" VALUES(2,3,0,0,3,X'828CDCD3AB80A60600');
INSERT INTO "run_subjects" VALUES(2,4,0,0,4,X'8295D6D4AB80A60600');
INSERT INTO "run_subjects" VALUES(3,1,1,1,NULL,NULL);
INSERT INTO "run_subjects" VALUES(3,2,1,1,NULL,NULL);
INSERT INTO "run_subjects" VALUES(3,3,0,0,NULL,NULL);
INSERT INTO "run_subjects" VALUES(3,4,0,0,NULL,NULL);
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	tool_version VARCHAR(32) NOT NULL, 
	started VARCHAR(32) NOT NULL, 
	finished VARCHAR(32), 
	outcome VARCHAR(16), 
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES(1,'scan','1.0','2026-03-01T02:30:00+00:00','2026-03-01T02:32:31+00:00','complete');
INSERT INTO "runs" VALUES(2,'scan','1.0','2026-03-02T02:30:00.123457+00:00','2026-03-02T02:32:31.123457+00:00','interrupted');
INSERT INTO "runs" VALUES(3,'scan','1.0','2026-03-03T02:30:00.246914+00:00',NULL,NULL);
CREATE TABLE sequence_rows (
	sequence INTEGER NOT NULL, 
	ordinal INTEGER NOT NULL, 
	probe VARCHAR(32) NOT NULL, 
	content INTEGER NOT NULL, 
	PRIMARY KEY (sequence, ordinal)
)
 WITHOUT ROWID

;
INSERT INTO "sequence_rows" VALUES(1,0,'ssh',1);
INSERT INTO "sequence_rows" VALUES(2,0,'snmp',2);
INSERT INTO "sequence_rows" VALUES(2,1,'snmp',3);
INSERT INTO "sequence_rows" VALUES(2,2,'ssh',4);
INSERT INTO "sequence_rows" VALUES(3,0,'discovery',5);
INSERT INTO "sequence_rows" VALUES(4,0,'snmp',6);
CREATE TABLE sequences (
	id INTEGER NOT NULL, 
	sha256 BLOB NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (sha256)
);
INSERT INTO "sequences" VALUES(1,X'933C50F7E56889C985B6B7CE492FFD28D476E3EDE76B65471BDB4A876E195470');
INSERT INTO "sequences" VALUES(2,X'38739B1C818B692D120334071BF9A5DE0763CD44503E173A07B5F3F0BB383CB0');
INSERT INTO "sequences" VALUES(3,X'80EF64C25BAF9F4A9E3448157BACA6360E77490D10E6250BB64F5C9D734358BC');
INSERT INTO "sequences" VALUES(4,X'B9743D0641C2A42F20603B49FB25C0BF6E579D404DC320CAC18E257B85C0684F');
CREATE TABLE states (
	run INTEGER NOT NULL, 
	device INTEGER NOT NULL, 
	content INTEGER NOT NULL, 
	PRIMARY KEY (run, device)
)
 WITHOUT ROWID

;
CREATE TABLE subjects (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	address VARCHAR(64) NOT NULL, 
	labels TEXT NOT NULL, 
	attributes TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "subjects" VALUES(1,'192.0.2.2','192.0.2.2','[]','[]');
INSERT INTO "subjects" VALUES(2,'192.0.2.1','192.0.2.1','["r1", "Z\u00fcrich-\ud83d\udcbb"]','[["site", "lon-1"], ["tag", "5g"]]');
INSERT INTO "subjects" VALUES(3,'192.0.2.7','192.0.2.7','[]','[]');
INSERT INTO "subjects" VALUES(4,'Größe.walk','','["Gr\u00f6\u00dfe.walk"]','[]');
CREATE INDEX ix_subjects_key ON subjects ("key");
CREATE INDEX ix_evidence_run_subject ON evidence (run, subject);
CREATE INDEX ix_notices_run ON notices (run);
COMMIT;
