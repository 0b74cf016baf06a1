/// A part of the content that can be missing by itself: a database may be of a version whose revisions are not understood,
/// while its tables and titles are read all the same.
public enum ContentPart: Sendable, Hashable, CaseIterable {
    /// Pages with their revisions, and what they weigh.
    case revisions
    /// The log.
    case log
    /// The titles of pages.
    case titles
}
