/// The values for what all pages have in common: `head.html` and `footer.html`.
enum PageFrame {
    /// The icon of the farm, in the public tree.
    static let iconName = "favicon.svg"

    /// - Parameters:
    ///   - root: The address of the public tree from the page.
    ///   - isPrivate: Whether the page lies in the private tree, from which no address leads to the public one.
    ///   - feeds: The address of the folder with the feeds.
    ///   - subject: What the feeds tell of.
    ///   - changed: The words before the time of the last change, and that time.
    static func values(
        _ farm: FarmSettings, above root: String, isPrivate: Bool, feeds: String, of subject: String,
        changed: (label: String, time: UTCTime)?
    ) -> [String: Any] {
        [
            "icon": [isPrivate ? "data:," : root + iconName],
            "about": farm.about.isEmpty ? [] : [templateText(farm.about)],
            "licence": farm.licence.isEmpty ? [] : [templateText(farm.licence)],
            "hasFeeds": true,
            "feeds": [
                [
                    "name": "Atom", "type": "application/atom+xml", "title": "New dumps: \(subject)",
                    "href": feeds + RunFeed.atomName,
                ],
                [
                    "name": "JSON Feed", "type": "application/feed+json", "title": "New dumps: \(subject)",
                    "href": feeds + RunFeed.jsonName,
                ],
            ],
            "changes": changed.map { changed in
                [["label": changed.label, "iso": changed.time.iso8601, "text": changed.time.statusText]]
            } ?? [],
        ]
    }
}
