BEGIN TRANSACTION;
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
CREATE TABLE evidence (
	id INTEGER NOT NULL, 
	subject INTEGER NOT NULL, 
	time VARCHAR(32) NOT NULL, 
	probe VARCHAR(32) NOT NULL, 
	lines TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(subject) REFERENCES subjects (id)
);
INSERT INTO "evidence" VALUES(1,2,'2026-03-01T02:30:00+00:00','snmp','{"source":"snmp.engine_id","said":[["","\u0080\u0000\u0007\u00db"]]}');
INSERT INTO "evidence" VALUES(2,1,'2026-03-01T02:30:01+00:00','ssh','{"source":"ssh.ident","said":[["22/tcp","SSH-2.0-HUAWEI-1.5"]]}');
INSERT INTO "evidence" VALUES(3,2,'2026-03-01T02:30:02.000005+00:00','snmp','{"source":"snmp.sys_descr","said":[["1.3.6.1.2.1.1.1.0","tabs\there, \"quotes\", \u00ff\u0000 octetsxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]]}
{"source":"snmp.sys_up_time","said":[["1.3.6.1.2.1.1.3.0","123456"]]}
{"source":"snmp.sys_name","said":[["1.3.6.1.2.1.1.5.0","lon-core-1"]]}');
INSERT INTO "evidence" VALUES(4,2,'2026-03-01T02:30:03+00:00','ssh','{"gap":"refused","probe":"ssh","at":"22/tcp","detail":"audit was refused"}');
INSERT INTO "evidence" VALUES(5,3,'2026-03-01T02:30:03+00:00','discovery','{"gap":"no-answer","probe":"discovery","at":"","detail":"no {\"source\": in sight"}');
INSERT INTO "evidence" VALUES(6,4,'2026-03-01T02:30:04+00:00','snmp','');
INSERT INTO "evidence" VALUES(7,6,'2026-03-02T02:30:00.123457+00:00','snmp','{"source":"snmp.engine_id","said":[["","\u0080\u0000\u0007\u00db"]]}');
INSERT INTO "evidence" VALUES(8,5,'2026-03-02T02:30:01.123457+00:00','ssh','{"source":"ssh.ident","said":[["22/tcp","SSH-2.0-HUAWEI-1.5"]]}');
INSERT INTO "evidence" VALUES(9,6,'2026-03-02T02:30:02.123462+00:00','snmp','{"source":"snmp.sys_descr","said":[["1.3.6.1.2.1.1.1.0","tabs\there, \"quotes\", \u00ff\u0000 octetsxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]]}
{"source":"snmp.sys_up_time","said":[["1.3.6.1.2.1.1.3.0","8763456"]]}
{"source":"snmp.sys_name","said":[["1.3.6.1.2.1.1.5.0","lon-core-1"]]}');
INSERT INTO "evidence" VALUES(10,6,'2026-03-02T02:30:03.123457+00:00','ssh','{"gap":"refused","probe":"ssh","at":"22/tcp","detail":"audit was refused"}');
INSERT INTO "evidence" VALUES(11,7,'2026-03-02T02:30:03.123457+00:00','discovery','{"gap":"no-answer","probe":"discovery","at":"","detail":"no {\"source\": in sight"}');
INSERT INTO "evidence" VALUES(12,8,'2026-03-02T02:30:04.123457+00:00','snmp','');
INSERT INTO "evidence" VALUES(13,10,'2026-03-03T02:30:00.246914+00:00','snmp','{"source":"snmp.engine_id","said":[["","\u0080\u0000\u0007\u00db"]]}');
INSERT INTO "evidence" VALUES(14,9,'2026-03-03T02:30:01.246914+00:00','ssh','{"source":"ssh.ident","said":[["22/tcp","SSH-2.0-HUAWEI-1.5"]]}');
INSERT INTO "evidence" VALUES(15,10,'2026-03-03T02:30:02.246919+00:00','snmp','{"source":"snmp.sys_descr","said":[["1.3.6.1.2.1.1.1.0","tabs\there, \"quotes\", \u00ff\u0000 octetsxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]]}
{"source":"snmp.sys_up_time","said":[["1.3.6.1.2.1.1.3.0","17403456"]]}
{"source":"snmp.sys_name","said":[["1.3.6.1.2.1.1.5.0","lon-core-9"]]}');
INSERT INTO "evidence" VALUES(16,10,'2026-03-03T02:30:03.246914+00:00','ssh','{"gap":"refused","probe":"ssh","at":"22/tcp","detail":"audit was refused"}');
INSERT INTO "evidence" VALUES(17,11,'2026-03-03T02:30:03.246914+00:00','discovery','{"gap":"no-answer","probe":"discovery","at":"","detail":"no {\"source\": in sight"}');
INSERT INTO "evidence" VALUES(18,12,'2026-03-03T02:30:04.246914+00:00','snmp','');
CREATE TABLE kitscan_store (
	schema_version INTEGER NOT NULL
);
INSERT INTO "kitscan_store" VALUES(1);
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
CREATE TABLE subjects (
	id INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	address VARCHAR(64) NOT NULL, 
	labels TEXT NOT NULL, 
	done BOOLEAN NOT NULL, 
	attributes TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (run, "key"), 
	FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "subjects" VALUES(1,1,'192.0.2.2','192.0.2.2','[]',1,'[]');
INSERT INTO "subjects" VALUES(2,1,'192.0.2.1','192.0.2.1','["r1", "Z\u00fcrich-\ud83d\udcbb"]',1,'[["site", "lon-1"], ["tag", "5g"]]');
INSERT INTO "subjects" VALUES(3,1,'192.0.2.7','192.0.2.7','[]',0,'[]');
INSERT INTO "subjects" VALUES(4,1,'Größe.walk','','["Gr\u00f6\u00dfe.walk"]',0,'[]');
INSERT INTO "subjects" VALUES(5,2,'192.0.2.2','192.0.2.2','[]',0,'[]');
INSERT INTO "subjects" VALUES(6,2,'192.0.2.1','192.0.2.1','["r1", "Z\u00fcrich-\ud83d\udcbb"]',1,'[["site", "lon-1"], ["tag", "5g"]]');
INSERT INTO "subjects" VALUES(7,2,'192.0.2.7','192.0.2.7','[]',0,'[]');
INSERT INTO "subjects" VALUES(8,2,'Größe.walk','','["Gr\u00f6\u00dfe.walk"]',0,'[]');
INSERT INTO "subjects" VALUES(9,3,'192.0.2.2','192.0.2.2','[]',1,'[]');
INSERT INTO "subjects" VALUES(10,3,'192.0.2.1','192.0.2.1','["r1", "Z\u00fcrich-\ud83d\udcbb"]',1,'[["site", "lon-1"], ["tag", "5g"]]');
INSERT INTO "subjects" VALUES(11,3,'192.0.2.7','192.0.2.7','[]',0,'[]');
INSERT INTO "subjects" VALUES(12,3,'Größe.walk','','["Gr\u00f6\u00dfe.walk"]',0,'[]');
CREATE INDEX ix_evidence_subject ON evidence (subject);
COMMIT;
