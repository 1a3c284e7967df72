"""The Streamlit pages and the gate in front of them."""
