"""What the school's own regulation says about its journal: questions, answers, shipped profiles, comparison."""
