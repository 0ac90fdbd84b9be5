from reviews.models.learning import Evidence, LearningPoint, Recommendation, Statement
from reviews.models.sources import CaseReview, Document, EvidenceSet, Publisher, ReviewPublisher

__all__ = [
    "CaseReview",
    "Document",
    "Evidence",
    "EvidenceSet",
    "LearningPoint",
    "Publisher",
    "Recommendation",
    "ReviewPublisher",
    "Statement",
]
