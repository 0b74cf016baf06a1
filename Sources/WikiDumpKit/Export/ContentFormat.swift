/// The format in which content of a model is exported.
enum ContentFormat {
    // The models of MediaWiki 1.39 and of extensions in wide use, as their content handlers declare them.
    private static let formats = [
        "wikitext": "text/x-wiki", "javascript": "text/javascript", "json": "application/json", "css": "text/css",
        "text": "text/plain", "unknown": "application/octet-stream", "Scribunto": "text/plain",
        "sanitized-css": "text/css", "GadgetDefinition": "application/json", "proofread-page": "text/x-wiki",
        "proofread-index": "text/x-wiki", "MassMessageListContent": "application/json",
        "flow-board": "application/json", "wikibase-item": "application/json",
        "wikibase-property": "application/json", "wikibase-lexeme": "application/json",
        "EntitySchema": "application/json", "JsonSchema": "application/json", "Json.JsonConfig": "application/json",
        "Tabular.JsonConfig": "application/json", "Map.JsonConfig": "application/json",
        "NewsletterContent": "application/json", "translate-messagebundle": "application/json",
        "SecurePoll": "application/json",
    ]

    /// The default format of a model. A model that nobody knows gets what MediaWiki's fallback handler says; the
    /// exporter of MediaWiki itself stops there.
    static func defaultFormat(ofModel model: String) -> String {
        formats[model] ?? "application/octet-stream"
    }
}
