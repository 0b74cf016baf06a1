import Testing

@testable import WikiDumpKit

@Suite struct BuiltInTableTests {
    /// Columns of published tables that hold the number of a row elsewhere, as the schemas of MediaWiki 1.39 to 1.47 and of
    /// the extensions have them.
    private static let references = [
        // Since 1.39.
        ("templatelinks.tl_target_id", "linktarget"), ("templatelinks.tl_from", "page"), ("pagelinks.pl_from", "page"),
        ("imagelinks.il_from", "page"), ("categorylinks.cl_from", "page"), ("externallinks.el_from", "page"),
        ("langlinks.ll_from", "page"), ("iwlinks.iwl_from", "page"), ("redirect.rd_from", "page"),
        ("page_props.pp_page", "page"), ("page_restrictions.pr_page", "page"),
        ("change_tag.ct_tag_id", "change_tag_def"),
        // Since 1.43.
        ("pagelinks.pl_target_id", "linktarget"),
        // Since 1.44.
        ("file.file_latest", "filerevision"), ("file.file_type", "filetypes"), ("filerevision.fr_file", "file"),
        ("categorylinks.cl_collation_id", "collation"),
        // Since 1.45.
        ("categorylinks.cl_target_id", "linktarget"), ("existencelinks.exl_target_id", "linktarget"),
        ("existencelinks.exl_from", "page"),
        // Since 1.46.
        ("imagelinks.il_target_id", "linktarget"),
        // Extensions.
        ("geo_tags.gt_page_id", "page"), ("flaggedpages.fp_page_id", "page"), ("flaggedrevs.fr_page_id", "page"),
        ("flaggedpage_config.fpc_page_id", "page"), ("wbc_entity_usage.eu_page_id", "page"),
        ("wbt_item_terms.wbit_term_in_lang_id", "wbt_term_in_lang"),
        ("wbt_property_terms.wbpt_term_in_lang_id", "wbt_term_in_lang"),
        ("wbt_term_in_lang.wbtl_type_id", "wbt_type"),
        ("wbt_term_in_lang.wbtl_text_in_lang_id", "wbt_text_in_lang"),
        ("wbt_text_in_lang.wbxl_text_id", "wbt_text"),
    ]

    @Test(arguments: references) func whatANumberRefersToIsDumpedToo(column: String, target: String) throws {
        let table = try #require(column.split(separator: ".").first)
        let names = TableJobList.builtIn.filter { !$0.isPrivate }.map(\.table)
        #expect(names.contains(String(table)), "no table \(table)")
        #expect(names.contains(target), "\(column) refers to \(target)")
    }

    /// The schemas that came with the fixtures know of no other reference in a table that is dumped.
    @Test(arguments: ["demowiki", "oddwiki"]) func noReferenceIsForgotten(wiki name: String) async throws {
        let fixture = try RunFixture()
        let wiki = try FixtureWiki(name, folder: fixture.farm.root)
        let known = Set(Self.references.map(\.0))
        let connection = try SQLiteConnectionGuard(path: wiki.settings.source.databasePath, prefix: "")
        defer { connection.close() }
        for table in TableJobList.builtIn.map(\.table) {
            let columns = try await connection.access { tables throws(DumpError) in try tables.columns(of: table) }
            for column in columns
            where ["_target_id", "_collation_id", "_tag_id", "_from", "_type_id"].contains(where: column.hasSuffix) {
                #expect(known.contains("\(table).\(column)"), "\(table).\(column)")
            }
        }
    }

    @Test func jobsAndTablesAreNamedOnce() {
        let list = TableJobList.builtIn
        #expect(Set(list.map(\.table)).count == list.count && Set(list.map(\.job)).count == list.count)
        #expect(list.allSatisfy { $0.description.hasSuffix(".") })
    }

    @Test func whatMayBeHiddenIsNotPublished() {
        let secret = ["actor", "comment", "user", "logging", "archive", "oldimage", "filearchive", "block", "ipblocks"]
        #expect(!TableJobList.builtIn.contains { secret.contains($0.table) && !$0.isPrivate })
    }
}
