/// Labels, descriptions and aliases of Wikibase, which lie in tables of their own so that entities share them: shown as far
/// as an entity that is shown has them.
enum EntityTerms {
    /// The rule of the table `wbt_term_in_lang`.
    static let terms: TableRules.Rule = { (filter, scope) throws(DumpError) in
        if let isUsed = isUsed(try scope.column("wbtl_id"), scope) { filter.require(isUsed) }
    }

    /// The rule of the table `wbt_text_in_lang`.
    static let textsInLanguages: TableRules.Rule = { (filter, scope) throws(DumpError) in
        if let isUsed = isUsedText(try scope.column("wbxl_id"), scope) { filter.require(isUsed) }
    }

    /// The rule of the table `wbt_text`.
    static let texts: TableRules.Rule = { (filter, scope) throws(DumpError) in
        guard let isUsed = isUsedText("wbxl_id", scope) else { return }
        let texts = scope.dialect.table("wbt_text_in_lang")
        filter.require(
            "EXISTS (SELECT 1 FROM \(texts) WHERE wbxl_text_id = \(try scope.column("wbx_id")) AND \(isUsed))")
    }

    private static func isUsedText(_ id: String, _ scope: TableScope) -> String? {
        isUsed("wbtl_id", scope).map { isUsed in
            """
            EXISTS (SELECT 1 FROM \(scope.dialect.table("wbt_term_in_lang"))
            WHERE wbtl_text_in_lang_id = \(id) AND (\(isUsed)))
            """
        }
    }

    /// The condition that an entity that is shown has a term; nil if none is hidden.
    private static func isUsed(_ term: String, _ scope: TableScope) -> String? {
        let kinds = [
            (letter: "Q" as Character, table: "wbt_item_terms", term: "wbit_term_in_lang_id", entity: "wbit_item_id"),
            (letter: "P", table: "wbt_property_terms", term: "wbpt_term_in_lang_id", entity: "wbpt_property_id"),
        ]
        guard kinds.contains(where: { scope.hidden.entities[$0.letter] != nil }) else { return nil }
        return kinds.filter { scope.has($0.term, in: $0.table) }.map { kind in
            let isHidden = scope.hidden.entities[kind.letter]?.contains(kind.entity).map { " AND NOT \($0)" } ?? ""
            return """
                EXISTS (SELECT 1 FROM \(scope.dialect.table(kind.table)) WHERE \(kind.term) = \(term)\(isHidden))
                """
        }.joined(separator: " OR ")
    }
}
