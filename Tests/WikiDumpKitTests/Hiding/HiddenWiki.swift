import Foundation
import GRDB
import SystemPackage

@testable import WikiDumpKit

/// A wiki of the fixtures in which something of every kind that MediaWiki can hide is hidden.
///
/// Each hidden text is a word of its own that begins with `Zq`, each hidden number begins with 777. What is shown although it
/// lies beside something hidden begins with `Vs`, or with 888.
struct HiddenWiki {
    var wiki: FixtureWiki

    /// Tables that a wiki may have beside those of the built-in list, and that an operator may publish or not.
    private static let others = [
        "block", "block_target", "existencelinks", "file", "filerevision", "ipblocks", "linktarget", "oldimage",
        "revision", "wbt_item_terms", "wbt_property_terms", "wbt_term_in_lang", "wbt_text", "wbt_text_in_lang",
        // These are never published, whatever the list says.
        "actor", "archive", "comment", "logging", "text", "user",
    ]

    init(folder: FilePath) throws {
        var wiki = try FixtureWiki("demowiki", folder: folder)
        wiki.logRestrictions = nil
        let database = folder.appending("hidden.sqlite")
        try fileSystem.write(try fileSystem.read(wiki.settings.source.databasePath), to: database, durable: false)
        let queue = try DatabaseQueue(path: database.string)
        try queue.write { try $0.execute(sql: Self.newerTables + Self.hidden + Self.shown) }
        try queue.close()
        wiki.settings.source.databasePath = database
        wiki.settings.source.hiddenDetails = .withhold
        wiki.settings.source.publicLogTypes = ["vslocal"]
        wiki.settings.tableJobs =
            TableJobList.builtIn.filter { !Self.others.contains($0.table) }
            + Self.others.map { TableJobDefinition(table: $0, job: $0 + "_job", description: "Table") }
        self.wiki = wiki
    }

    /// What the public files of a run tell, by their names: unpacked if they are compressed.
    func publicTexts() throws -> [String: Data] {
        let root = URL(filePath: wiki.directories.publicRoot.string)
        var texts: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
            let file = root.appending(path: path)
            guard try fileSystem.status(FilePath(file.path))?.isFile == true else { continue }
            let tool = ["gz": "gzip", "bz2": "bzip2"][file.pathExtension]
            texts[path] = try tool.map { try Self.output($0, "-dc", file.path) } ?? Data(contentsOf: file)
        }
        return texts
    }

    /// The words and numbers in a text that tell of something hidden, or of something shown.
    static func marks(_ word: String, _ number: String, in text: Data) -> Set<String> {
        let text = String(decoding: text, as: UTF8.self)
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return Set(words.filter { $0.hasPrefix(word) || $0.hasPrefix(number) && $0.count == 6 }.map(String.init))
    }

    static func unpacked(_ path: FilePath) throws -> String {
        String(decoding: try output("gzip", "-dc", path.string), as: UTF8.self)
    }

    private static func output(_ tool: String, _ arguments: String...) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data
    }

    /// Tables of newer versions of MediaWiki and of its extensions, as far as they matter here.
    private static let newerTables = """
        CREATE TABLE block (bl_id INTEGER PRIMARY KEY, bl_target INTEGER, bl_by_actor INTEGER, bl_deleted INTEGER);
        CREATE TABLE block_target (bt_id INTEGER PRIMARY KEY, bt_address BLOB, bt_user INTEGER, bt_user_text BLOB,
            bt_auto INTEGER);
        CREATE TABLE existencelinks (exl_from INTEGER, exl_target_id INTEGER, PRIMARY KEY (exl_from, exl_target_id));
        CREATE TABLE file (file_id INTEGER PRIMARY KEY, file_name BLOB, file_latest INTEGER, file_deleted INTEGER);
        CREATE TABLE filerevision (fr_id INTEGER PRIMARY KEY, fr_file INTEGER, fr_size INTEGER, fr_width INTEGER,
            fr_height INTEGER, fr_metadata BLOB, fr_bits INTEGER, fr_description_id INTEGER, fr_actor INTEGER,
            fr_sha1 BLOB, fr_archive_name BLOB, fr_deleted INTEGER);
        CREATE TABLE geo_tags (gt_id INTEGER PRIMARY KEY, gt_page_id INTEGER, gt_name BLOB);
        CREATE TABLE babel (babel_user INTEGER, babel_lang BLOB);
        CREATE TABLE flaggedrevs (fr_rev_id INTEGER PRIMARY KEY, fr_user INTEGER, fr_tags BLOB);
        CREATE TABLE globalimagelinks (gil_wiki BLOB, gil_page INTEGER, gil_to BLOB);
        CREATE TABLE wbc_entity_usage (eu_row_id INTEGER PRIMARY KEY, eu_entity_id BLOB, eu_page_id INTEGER);
        CREATE TABLE wb_items_per_site (ips_row_id INTEGER PRIMARY KEY, ips_item_id INTEGER, ips_site_page BLOB);
        CREATE TABLE wb_property_info (pi_property_id INTEGER PRIMARY KEY, pi_info BLOB);
        CREATE TABLE wb_terms (term_row_id INTEGER PRIMARY KEY, term_entity_id INTEGER, term_entity_type BLOB,
            term_text BLOB);
        CREATE TABLE wbt_item_terms (wbit_id INTEGER PRIMARY KEY, wbit_item_id INTEGER, wbit_term_in_lang_id INTEGER);
        CREATE TABLE wbt_property_terms (wbpt_id INTEGER PRIMARY KEY, wbpt_property_id INTEGER,
            wbpt_term_in_lang_id INTEGER);
        CREATE TABLE wbt_term_in_lang (wbtl_id INTEGER PRIMARY KEY, wbtl_text_in_lang_id INTEGER);
        CREATE TABLE wbt_text_in_lang (wbxl_id INTEGER PRIMARY KEY, wbxl_text_id INTEGER);
        CREATE TABLE wbt_text (wbx_id INTEGER PRIMARY KEY, wbx_text BLOB);

        """

    private static let hidden = """
        INSERT INTO user (user_id, user_name, user_real_name, user_password, user_newpassword, user_email, user_touched,
            user_token) VALUES (777001, 'Zqhiddenuser', '', 'Zqpassword', '', 'Zqemail', '20240102030405', 'Zqtoken');
        INSERT INTO actor VALUES (777002, 777001, 'Zqhiddenuser'), (777003, NULL, 'Zqauthor');
        INSERT INTO comment VALUES (777004, 0, 'Zqcomment', NULL), (777005, 0, 'Zqlogcomment', NULL);

        -- An old revision of which everything is hidden; it made its page, and the log repeats its comment and author.
        INSERT INTO text VALUES (777006, 'Zqoldtext', 'utf-8');
        INSERT INTO content VALUES (777007, 777008, 'Zqoldsum', 1, 'tt:777006');
        UPDATE slots SET slot_content_id = 777007 WHERE slot_revision_id = 2;
        UPDATE revision SET rev_deleted = 7, rev_actor = 777003, rev_len = 777008, rev_sha1 = 'Zqrevsum' WHERE rev_id = 2;
        UPDATE revision_comment_temp SET revcomment_comment_id = 777004 WHERE revcomment_rev = 2;
        INSERT INTO logging (log_id, log_type, log_action, log_timestamp, log_actor, log_namespace, log_title,
            log_comment_id, log_params, log_deleted)
        VALUES (9001, 'create', 'create', '20240102030405', 777003, 0, 'Tides', 777004,
            'a:1:{s:17:"associated_rev_id";i:2;}', 0);

        -- A current revision whose text is hidden, and all that follows from the text.
        INSERT INTO text VALUES (777009, '#REDIRECT [[Zqtarget]] [[Category:Zqcategory]]', 'utf-8');
        INSERT INTO content VALUES (777010, 777011, 'Zqcurrentsum', 1, 'tt:777009');
        UPDATE slots SET slot_content_id = 777010 WHERE slot_revision_id = 50;
        UPDATE revision SET rev_deleted = 1, rev_len = 777011, rev_sha1 = 'Zqcurrentrevsum' WHERE rev_id = 50;
        UPDATE page SET page_is_redirect = 1, page_len = 777011 WHERE page_id = 3;
        INSERT INTO redirect VALUES (3, 0, 'Zqtarget', 'Zqinterwiki', 'Zqfragment');
        INSERT INTO pagelinks VALUES (3, 0, 'Zqlink', 0);
        INSERT INTO linktarget VALUES (777012, 10, 'Zqtemplate'), (777013, 0, 'Zqexistence'), (777014, 0, 'Zqstalelink');
        INSERT INTO templatelinks VALUES (3, 777012, 0);
        INSERT INTO existencelinks VALUES (3, 777013);
        INSERT INTO imagelinks VALUES (3, 'Zqimage', 0);
        INSERT INTO categorylinks VALUES (3, 'Zqcategory', 'Zqsortkey', 'Zqsortprefix', '20240102030405', 'uca', 'page');
        INSERT INTO categorylinks VALUES (3, 'Vsshared', 'Zqsortkey', 'Zqsortprefix', '20240102030405', 'uca', 'page');
        INSERT INTO category VALUES (777015, 'Zqcategory', 1, 0, 0), (9, 'Vsshared', 2, 0, 0);
        INSERT INTO externallinks VALUES (777016, 3, 'Zqexternal', 'Zqindex', 'Zqindexsixty');
        INSERT INTO langlinks VALUES (3, 'de', 'Zqlanguage');
        INSERT INTO iwlinks VALUES (3, 'xx', 'Zqinterwikilink');
        INSERT INTO page_props VALUES (3, 'displaytitle', 'Zqproperty', NULL);
        INSERT INTO geo_tags VALUES (777018, 3, 'Zqplace');
        INSERT INTO wbc_entity_usage VALUES (777019, 'Zqentity', 3);
        INSERT INTO globalimagelinks VALUES ('demowiki', 3, 'Zqglobal');

        -- What a page has left behind that was deleted.
        INSERT INTO pagelinks VALUES (777060, 0, 'Zqdeletedlink', 0);
        INSERT INTO linktarget VALUES (777061, 10, 'Zqdeletedtemplate');
        INSERT INTO templatelinks VALUES (777060, 777061, 0), (777060, 1001, 0);
        INSERT INTO categorylinks VALUES (777060, 'Zqdeletedcategory', 'Zqsortkey', '', '20240102030405', 'uca', 'page');
        INSERT INTO category VALUES (777062, 'Zqdeletedcategory', 1, 0, 0);
        INSERT INTO langlinks VALUES (777060, 'de', 'Zqdeletedlanguage');
        INSERT INTO page_props VALUES (777060, 'displaytitle', 'Zqdeletedproperty', NULL);
        INSERT INTO redirect VALUES (777060, 0, 'Zqdeletedredirect', '', '');
        INSERT INTO globalimagelinks VALUES ('demowiki', 777060, 'Zqdeletedglobal');

        -- An item and a property of Wikibase whose current texts are hidden.
        UPDATE page SET page_title = 'Q777020' WHERE page_id = 4;
        UPDATE page SET page_title = 'P777021' WHERE page_id = 5;
        UPDATE revision SET rev_deleted = 1 WHERE rev_id IN (51, 52);
        INSERT INTO wb_items_per_site VALUES (1, 777020, 'Zqsitelink');
        INSERT INTO wb_property_info VALUES (777021, 'Zqinfo');
        INSERT INTO wb_terms VALUES (1, 777020, 'item', 'Zqitemterm'), (2, 777021, 'property', 'Zqpropertyterm');
        INSERT INTO wbt_item_terms VALUES (1, 777020, 777023);
        INSERT INTO wbt_property_terms VALUES (1, 777021, 777024);
        INSERT INTO wbt_term_in_lang VALUES (777023, 777025), (777024, 777026);
        INSERT INTO wbt_text_in_lang VALUES (777025, 777027), (777026, 777028);
        INSERT INTO wbt_text VALUES (777027, 'Zqlabel'), (777028, 'Zqpropertylabel');

        -- Log entries: of restricted types, of a type that nobody knows, and one with every part hidden.
        INSERT INTO logging (log_id, log_type, log_action, log_timestamp, log_actor, log_namespace, log_title,
            log_comment_id, log_params, log_deleted)
        VALUES (777030, 'suppress', 'block', '20240102030405', 777003, 2, 'Zqsuppressed', 777005, 'Zqa', 0),
            (777031, 'spamblacklist', 'hit', '20240102030405', 777003, 0, 'Zqspam', 777005, 'Zqb', 0),
            (777032, 'zqunknown', 'do', '20240102030405', 777003, 0, 'Zqlocal', 777005, 'Zqc', 0),
            (9002, 'protect', 'protect', '20240102030405', 777003, 0, 'Zqhiddentitle', 777005, 'Zqd', 7);

        -- A page that was moved, protected, and then deleted and suppressed. The log still tells its title.
        INSERT INTO logging (log_id, log_type, log_action, log_timestamp, log_actor, log_namespace, log_title,
            log_comment_id, log_params, log_deleted)
        VALUES (777033, 'suppress', 'delete', '20240102030405', 777003, 4, 'Zqsuppressed_title', 777005, 'Zqe', 0),
            (9003, 'create', 'create', '20240102030405', 8, 4, 'Zqsuppressed_title', 1, 'a:0:{}', 0),
            (9004, 'move', 'move', '20240102030405', 8, 0, 'Zqformer', 1,
                'a:2:{s:9:"4::target";s:30:"Demo & Wiki:Zqsuppressed title";s:10:"5::noredir";s:1:"0";}', 0),
            (9005, 'move', 'move', '20240102030405', 8, 0, 'Zqolderformer', 1, 'Demo & Wiki:Zqsuppressed title' || char(10), 0);
        INSERT INTO protected_titles VALUES (4, 'Zqsuppressed_title', 1, 1, '20240102030405', 'infinity', 'sysop'),
            (0, 'Zqhiddentitle', 1, 1, '20240102030405', 'infinity', 'sysop'),
            (0, 'Vsprotected', 777001, 1, '20240102030405', 'infinity', 'sysop');

        -- A hidden user, by a block of either kind of table.
        INSERT INTO ipblocks (ipb_id, ipb_address, ipb_user, ipb_by_actor, ipb_reason_id, ipb_timestamp, ipb_auto,
            ipb_anon_only, ipb_create_account, ipb_enable_autoblock, ipb_expiry, ipb_range_start, ipb_range_end,
            ipb_deleted, ipb_block_email, ipb_allow_usertalk, ipb_parent_block_id, ipb_sitewide)
        VALUES (777034, 'Zqhiddenuser', 777001, 8, 1, '20240102030405', 0, 0, 0, 0, 'infinity', '', '', 1, 0, 0, NULL, 1),
            (777035, 'Zqaddress', 0, 8, 1, '20240102030405', 1, 0, 0, 0, 'infinity', '', '', 0, 0, 0, NULL, 1);
        INSERT INTO block VALUES (777036, 777037, 8, 1), (777038, 777039, 8, 0), (1, 1, 777002, 0);
        INSERT INTO block_target VALUES (777037, NULL, 777040, 'Zqotheruser', 0), (777039, 'Zqautoaddress', NULL, NULL, 1),
            (1, 'Vsaddress', NULL, NULL, 0);
        INSERT INTO user_groups VALUES (777001, 'Zqgroup', NULL), (777040, 'Zqothergroup', NULL), (2, 'Vsgroup', NULL);
        INSERT INTO user_former_groups VALUES (777001, 'Zqformergroup'), (2, 'Vsformergroup');
        INSERT INTO babel VALUES (777001, 'Zqbabel'), (2, 'Vsbabel');
        INSERT INTO flaggedrevs VALUES (3, 777001, 'Vsflag');
        UPDATE image SET img_actor = 777002;

        -- Versions of files: one whose file, comment and uploader are hidden, one of a hidden user, and a deleted file.
        UPDATE oldimage SET oi_archive_name = 'Zqarchive', oi_size = 777041, oi_width = 777042, oi_height = 777043,
            oi_metadata = 'Zqmetadata', oi_sha1 = 'Zqfilesum', oi_description_id = 777044, oi_actor = 777045,
            oi_deleted = 7;
        INSERT INTO file VALUES (777046, 'Zqfile', 777047, 1), (1, 'Vsfile', 2, 0);
        INSERT INTO filerevision VALUES (777047, 777046, 1, 1, 1, 'Zqfilemetadata', 8, 1, 1, 'Zqdeletedsum', '', 0),
            (1, 1, 777048, 777049, 777050, 'Zqversionmetadata', 8, 777051, 777052, 'Zqversionsum', 'Zqversionname', 7),
            (2, 1, 888001, 1, 1, 'Vsmetadata', 8, 1, 777002, 'Vssum', '', 0);

        -- Tags of all that.
        INSERT INTO change_tag (ct_id, ct_rc_id, ct_log_id, ct_rev_id, ct_params, ct_tag_id)
        VALUES (777053, NULL, 777030, NULL, 'Zqtaga', 1), (777054, NULL, 777032, NULL, 'Zqtagb', 1),
            (777055, NULL, 9002, NULL, 'Zqtagc', 1), (777056, NULL, NULL, 2, 'Zqtagd', 1),
            (777057, NULL, NULL, 50, 'Zqtage', 1), (777058, NULL, NULL, 5000, 'Zqtagofdeleted', 1),
            (777059, NULL, 777030, 3, 'Zqtagf', 2), (888009, NULL, 1, 3, 'Vstag', 1);

        """

    /// What lies beside it and is shown.
    private static let shown = """
        INSERT INTO pagelinks VALUES (6, 0, 'Vslink', 0);
        INSERT INTO linktarget VALUES (1001, 10, 'Vstemplate'), (1002, 0, 'Vsexistence');
        INSERT INTO templatelinks VALUES (6, 1001, 0), (3, 1001, 0);
        INSERT INTO existencelinks VALUES (6, 1002);
        INSERT INTO categorylinks VALUES (6, 'Vsshared', 'Vssortkey', '', '20240102030405', 'uca', 'page');
        INSERT INTO page_props VALUES (6, 'displaytitle', 'Vsproperty', NULL);
        INSERT INTO geo_tags VALUES (6, 6, 'Vsplace');
        INSERT INTO globalimagelinks VALUES ('otherwiki', 3, 'Vsglobal');
        INSERT INTO redirect VALUES (6, 0, 'Vstarget', '', '');
        UPDATE page SET page_len = 888002 WHERE page_id = 6;
        INSERT INTO wb_items_per_site VALUES (2, 5, 'Vssitelink');
        INSERT INTO wb_terms VALUES (3, 888021, 'item', 'Vsitemterm');
        INSERT INTO wbt_item_terms VALUES (2, 5, 2);
        INSERT INTO wbt_term_in_lang VALUES (2, 2);
        INSERT INTO wbt_text_in_lang VALUES (2, 2);
        INSERT INTO wbt_text VALUES (2, 'Vslabel');
        UPDATE revision SET rev_len = 888003 WHERE rev_id = 54;
        INSERT INTO comment VALUES (888004, 0, 'Vscomment', NULL);
        INSERT INTO logging (log_id, log_type, log_action, log_timestamp, log_actor, log_namespace, log_title,
            log_comment_id, log_params, log_deleted)
        VALUES (9006, 'vslocal', 'do', '20240102030405', 8, 0, 'Vslocaltitle', 888004, 'Vsparameter', 0);
        """
}
